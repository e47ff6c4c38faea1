"""Two rounds of one item: tests and coefficients on the raters who answered both.

Everywhere `x` and `y` are 1-D over the same raters in the same order, NaN = no answer; a rater without both
answers is left out, and every result states n, the pairs that remain. Square tables have the earlier round in
rows and the later one in columns, one row per point of the full scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import NO_CHANGE, NO_VARIANCE, NOT_BOTH_ROUNDS, TOO_FEW_RATINGS, Number, Undefined
from delphi.scoring.midranks import METHODS, Alternative, Method, doubled_midranks, normal_tail, tail

Values = NDArray[np.float64]
Table = NDArray[np.int64]
Zeros = Literal["drop", "pratt"]


def pairs(x: ArrayLike, y: ArrayLike) -> tuple[Values, Values]:
    """The answers of those who answered both; ValueError unless x and y are 1-D, of one length and finite."""
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError("two rounds must be over the same raters, one value each")
    if np.isinf(first).any() or np.isinf(second).any():
        raise ValueError("a rating is infinite")
    both = ~(np.isnan(first) | np.isnan(second))
    return first[both], second[both]


def transitions(earlier: ArrayLike, later: ArrayLike, points: int) -> Table:
    """points x points: how many raters went from row to column; ValueError for a rating off 1..points."""
    first, second = pairs(earlier, later)
    values = np.concatenate([first, second])
    if ((values < 1) | (values > points) | (values != np.floor(values))).any():
        raise ValueError(f"a rating is not a point on a scale of 1 to {points}")
    cells = ((first - 1) * points + second - 1).astype(np.int64)
    return np.bincount(cells, minlength=points * points).reshape(points, points)


@dataclass(frozen=True)
class Wilcoxon:
    """Signed-rank test: `v` is the sum of the ranks of positive differences x - y.

    n pairs, `zeros` of them without a difference. `rank_biserial` = (positive - negative) / all ranks, -1 to 1.
    z is None where the p-value is exact.
    """

    n: int
    zeros: int
    v: float
    p_value: float
    z: float | None
    rank_biserial: float
    method: Method
    zero_method: Zeros
    alternative: Alternative


def wilcoxon(
    x: ArrayLike,
    y: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    method: Method = "exact",
    zeros: Zeros = "drop",
    continuity: bool = True,
) -> Wilcoxon | Undefined:
    """Wilcoxon's signed-rank test of x - y; "greater" asks whether x tends to be above y.

    Ranks abs(x - y) with midranks for ties; differences that only the rounding of decimals tells apart, as
    0.3 - 0.1 and 0.2, are ties. zeros "drop": pairs without a difference leave before ranking
    (Wilcoxon 1945; R). "pratt": they are ranked, then left out of the sums (Pratt 1959).
    "exact": the distribution of V over all 2^k signs of the ranks as they are, ties and zeros included, by
    dynamic programming; never replaced by another. Two-sided is twice the smaller tail. "normal": mean
    sum r / 2, variance sum r^2 / 4 (which holds the corrections for ties and zeros), and a continuity
    correction of 1/2. The exact work grows with the cube of the number of pairs: 300 take about a second.
    Undefined: "not_both_rounds" (no pairs), "no_change" (nobody changed). ValueError for another method, zeros or
    alternative. Wilcoxon (1945), Biometrics Bulletin 1:80-83.
    """
    if method not in METHODS or zeros not in ("drop", "pratt"):
        raise ValueError(f"method {method!r} or zeros {zeros!r} is unknown")
    first, second = pairs(x, y)
    differences = first - second
    moved = differences != 0
    if not len(differences):
        return NOT_BOTH_ROUNDS
    if not moved.any():
        return NO_CHANGE
    sizes = np.round(np.abs(differences) / np.abs([first, second]).max(), 12)
    ranks = doubled_midranks(sizes)[moved] if zeros == "pratt" else doubled_midranks(sizes[moved])
    positive, total = int(ranks[differences[moved] > 0].sum()), int(ranks.sum())
    if method == "exact":
        z, p_value = None, _signed_rank_p(ranks, positive, alternative)
    else:
        centred, variance = (positive - total / 2) / 2, float((ranks.astype(float) ** 2).sum()) / 16
        z, p_value = normal_tail(alternative, centred, variance, continuity)
    return Wilcoxon(
        n=len(differences),
        zeros=int((~moved).sum()),
        v=positive / 2,
        p_value=p_value,
        z=z,
        rank_biserial=(2 * positive - total) / total,
        method=method,
        zero_method=zeros,
        alternative=alternative,
    )


def _signed_rank_p(ranks: NDArray[np.int64], positive: int, alternative: Alternative) -> float:
    """probability[s]: the doubled ranks of positive sign sum to s, every sign having probability 1/2."""
    probability = np.zeros(int(ranks.sum()) + 1)
    probability[0], reached = 1.0, 0
    for rank in np.sort(ranks).tolist():
        halves = probability[: reached + 1] / 2
        probability[: reached + 1] = halves
        probability[rank : reached + rank + 1] += halves
        reached += rank
    return tail(alternative, probability[: positive + 1].sum(), probability[positive:].sum())


@dataclass(frozen=True)
class McNemar:
    """b went from the first category to the second, c the other way; the same hypothesis tested three ways."""

    n: int
    b: int
    c: int
    chi2: float
    p_value: float
    chi2_corrected: float
    p_corrected: float
    p_exact: float


def square(table: ArrayLike) -> Table:
    """`table` as whole numbers; ValueError unless it is square, of counts, with at least two rows."""
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.shape[0] < 2:
        raise ValueError("the table of two rounds must be square, with at least two categories")
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("the table of two rounds must hold counts")
    return counts.astype(np.int64)


def mcnemar(table: ArrayLike) -> McNemar | Undefined:
    """McNemar's test of a 2 x 2 table: as many move one way as the other.

    table: counts, earlier category in rows, later in columns. chi2 = (b - c)^2 / (b + c), corrected
    (abs(b - c) - 1)^2 / (b + c) and 0 when b = c, df 1; exact: twice the smaller tail of Bin(b + c, 1/2), at most 1.
    Undefined: "not_both_rounds" (an empty table), "no_change" (nobody moved). ValueError for a table that is not
    2 x 2 of counts. McNemar (1947), Psychometrika 12:153-157; corrected: Edwards (1948), Psychometrika 13:185-187.
    """
    from scipy.special import bdtr, chdtrc

    counts = square(table)
    if counts.shape != (2, 2):
        raise ValueError("McNemar's test is of two categories; Bowker's is of more")
    n, b, c = int(counts.sum()), int(counts[0, 1]), int(counts[1, 0])
    if not b + c:
        return NO_CHANGE if n else NOT_BOTH_ROUNDS
    chi2 = (b - c) ** 2 / (b + c)
    corrected = max(abs(b - c) - 1, 0) ** 2 / (b + c)
    exact = min(1.0, 2 * float(bdtr(min(b, c), b + c, 0.5)))
    return McNemar(n, b, c, chi2, float(chdtrc(1, chi2)), corrected, float(chdtrc(1, corrected)), exact)


@dataclass(frozen=True)
class TableTest:
    """A chi-square test of a square table of n pairs."""

    n: int
    chi2: float
    df: int
    p_value: float


def bowker(table: ArrayLike) -> TableTest | Undefined:
    """Bowker's test of symmetry: sum over i < j of (n_ij - n_ji)^2 / (n_ij + n_ji).

    table: K x K counts; df K (K - 1) / 2. A pair of categories between which nobody moved adds nothing and takes a
    degree of freedom with it; no constant is added to empty cells. Undefined and ValueError as `mcnemar`, for any K.
    Bowker (1948), JASA 43:572-574.
    """
    counts = square(table)
    above = np.triu_indices_from(counts, 1)
    up, down = counts[above], counts.T[above]
    moved = up + down > 0
    if not moved.any():
        return NO_CHANGE if counts.sum() else NOT_BOTH_ROUNDS
    chi2 = float(((up - down)[moved] ** 2 / (up + down)[moved]).sum())
    return _table_test(counts, chi2, int(moved.sum()))


def stuart_maxwell(table: ArrayLike) -> TableTest | Undefined:
    """Stuart and Maxwell's test of marginal homogeneity: d' S^+ d, d_i = n_i. - n_.i.

    table: K x K counts. S has n_i. + n_.i - 2 n_ii on its diagonal and -(n_ij + n_ji) off it. Its rank is the
    degrees of freedom: K - 1, less one for every category nobody enters or leaves and every other split of the
    categories between which nobody moved. Undefined and ValueError as `bowker`. Stuart (1955), Biometrika 42:412-416;
    Maxwell (1970), Br J Psychiatry 116:651-655.
    """
    counts = square(table)
    moves = counts + counts.T
    np.fill_diagonal(moves, 0)
    if not moves.any():
        return NO_CHANGE if counts.sum() else NOT_BOTH_ROUNDS
    difference = (counts.sum(axis=1) - counts.sum(axis=0)).astype(np.float64)
    covariance = (np.diag(moves.sum(axis=1)) - moves).astype(np.float64)
    solution, _, rank, _ = np.linalg.lstsq(covariance, difference, rcond=1e-10)
    return _table_test(counts, max(0.0, float(difference @ solution)), int(rank))


def _table_test(counts: Table, chi2: float, df: int) -> TableTest:
    from scipy.special import chdtrc

    return TableTest(int(counts.sum()), chi2, df, float(chdtrc(df, chi2)))


@dataclass(frozen=True)
class Correlation:
    """A rank correlation of two rounds over n pairs; `p_value` is two-sided."""

    n: int
    value: float
    p_value: Number


def spearman(x: ArrayLike, y: ArrayLike) -> Correlation | Undefined:
    """Spearman's rho, the product-moment correlation of midranks; p from t = rho sqrt((n - 2)/(1 - rho^2)).

    Undefined: "not_both_rounds" (no pairs), "no_variance" (a round in which every answer is the same); p alone is
    "too_few_ratings" below three pairs. Spearman (1904), Am J Psychol 15:72-101.
    """
    from scipy.special import stdtr

    first, second = pairs(x, y)
    if reason := _no_correlation(first, second):
        return reason
    n = len(first)
    a, b = (doubled_midranks(values) - (n + 1.0) for values in (first, second))
    rho = float((a @ b) / np.sqrt((a @ a) * (b @ b)))
    rho = max(-1.0, min(1.0, rho))
    if n < 3:
        return Correlation(n, rho, TOO_FEW_RATINGS)
    t = np.inf if abs(rho) == 1 else abs(rho) * np.sqrt((n - 2) / (1 - rho * rho))
    return Correlation(n, rho, float(2 * stdtr(n - 2, -t)))


def kendall_tau_b(x: ArrayLike, y: ArrayLike) -> Correlation | Undefined:
    """Kendall's tau-b: (C - D) / sqrt((P - T_x)(P - T_y)), P all pairs of raters, T those tied in a round.

    C, D: pairs of raters in the same and in opposite order in the two rounds. p by the normal approximation with
    the variance corrected for ties. Undefined as `spearman`. Kendall (1945), Biometrika 33:239-251.
    """
    from scipy.stats import kendalltau

    first, second = pairs(x, y)
    if reason := _no_correlation(first, second):
        return reason
    if len(first) == 2:  # scipy's variance divides by n - 2
        return Correlation(2, float(np.sign(np.diff(first) * np.diff(second))[0]), TOO_FEW_RATINGS)
    found = kendalltau(first, second, method="asymptotic")
    return Correlation(len(first), float(found[0]), float(found[1]))


def quadratic_kappa(x: ArrayLike, y: ArrayLike) -> Number:
    """Cohen's kappa with quadratic weights: 1 - sum (x - y)^2 / n over its mean if x and y were unrelated.

    Needs no list of categories: the largest weight of the scale divides out. 1 only when nobody changed.
    Undefined as `spearman`, though kappa itself would be 0 where one round alone is constant. Cohen (1968),
    Psychological Bulletin 70:213-220.
    """
    first, second = pairs(x, y)
    if reason := _no_correlation(first, second):
        return reason
    observed = float(np.mean((first - second) ** 2))
    expected = float(np.var(first) + np.var(second) + (np.mean(first) - np.mean(second)) ** 2)
    return 1 - observed / expected


def _no_correlation(*rounds: Sequence[float] | Values) -> Undefined | None:
    if not len(rounds[0]):
        return NOT_BOTH_ROUNDS
    return NO_VARIANCE if any(np.ptp(values) == 0 for values in rounds) else None
