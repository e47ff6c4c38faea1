"""Whether answers to one item have settled between two rounds, as the Delphi literature has measured it.

Rounds are 1-D over the same raters in the same order, NaN = no answer; raters without both answers are left
out. `points` is the length of the full scale 1..points. A number of raters on each point is a histogram.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import comb, lcm
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import NO_RATINGS, NO_VARIANCE, NOT_BOTH_ROUNDS, Exact, Number, Undefined
from delphi.scoring.paired import pairs, transitions

Table = NDArray[np.int64]
PMethod = Literal["chi-square", "exact", "simulated"]

SMALLEST_EXPECTED: Final = 5  # a cell with less makes a table sparse
EXACT_TABLES: Final = 20_000  # where the exact distribution gives way to simulation
SIMULATED: Final = 9_999


@dataclass(frozen=True)
class Independence:
    """Pearson's chi-square of a table, unused rows and columns left out.

    `p_chi_square` is the large-sample p-value; `p_value` the one to use: the same, unless the table is sparse
    (an expected count below 5). `method` says where it comes from: "exact" is over all tables with these
    margins, "simulated" over a random sample of them.
    """

    n: int
    chi2: float
    df: int
    p_chi_square: float
    p_value: float
    sparse: bool
    method: PMethod


def independence(table: ArrayLike, *, seed: int = 0) -> Independence | Undefined:
    """Chi-square sum (o - e)^2 / e, e = n_i. n_.j / n, and its p-value; undefined with one row or column used.

    In a sparse table the p-value is the probability, among the tables with the same margins, of a chi-square
    at least as large: exactly, or where there may be more than `EXACT_TABLES` of them, by
    `SIMULATED` random ones, as (1 + as large) / (1 + drawn).
    """
    from scipy.special import chdtrc

    counts = np.asarray(table, dtype=np.int64)
    used = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if not used.size:
        return NO_RATINGS
    if min(used.shape) < 2:
        return NO_VARIANCE
    n, rows, columns = int(used.sum()), used.sum(axis=1), used.sum(axis=0)
    expected = np.outer(rows, columns) / n
    chi2 = float(((used - expected) ** 2 / expected).sum())
    df = (len(rows) - 1) * (len(columns) - 1)
    asymptotic, sparse = float(chdtrc(df, chi2)), bool((expected < SMALLEST_EXPECTED).any())
    if not sparse:
        return Independence(n, chi2, df, asymptotic, asymptotic, sparse, "chi-square")
    if _most_tables(rows.tolist(), columns.tolist()) <= EXACT_TABLES:
        return Independence(n, chi2, df, asymptotic, _exact_p(used), sparse, "exact")
    return Independence(n, chi2, df, asymptotic, _simulated_p(used, chi2, seed), sparse, "simulated")


def _most_tables(rows: Sequence[int], columns: Sequence[int]) -> float:
    """No fewer than the tables with these margins: each row but the last dealt as if it were the first."""
    dealt = np.ones(1)
    for column in columns:
        dealt = np.convolve(dealt, np.ones(column + 1))
    return float(np.prod(dealt[rows[:-1]]))


def _exact_p(table: Table) -> float:
    """Row by row: how many ways lead to each (column totals left, statistic so far).

    chi2 grows with sum n_ij^2 / (n_i. n_.j), here over its common denominator, so ties are seen exactly.
    """
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()
    whole = lcm(*(r * c for r in rows for c in columns))
    weights = [[whole // (r * c) for c in columns] for r in rows]
    cells = (zip(line, ws, strict=True) for line, ws in zip(table.tolist(), weights, strict=True))
    observed = sum(o * o * w for line in cells for o, w in line)
    ways: dict[tuple[tuple[int, ...], int], int] = {(tuple(columns), 0): 1}
    for r, weight in zip(rows, weights, strict=True):
        following: dict[tuple[tuple[int, ...], int], int] = {}
        for (left, statistic), count in ways.items():
            for dealt, choices in _deals(r, left):
                rest = tuple(c - x for c, x in zip(left, dealt, strict=True))
                key = rest, statistic + sum(x * x * w for x, w in zip(dealt, weight, strict=True))
                following[key] = following.get(key, 0) + count * choices
        ways = following
    as_large = sum(count for (_, statistic), count in ways.items() if statistic >= observed)
    return float(Fraction(as_large, sum(ways.values())))


def _deals(size: int, left: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every way to take `size` raters from columns with so many `left`, with the choices of raters it stands for."""
    if len(left) == 1:
        yield (size,), comb(left[0], size)
        return
    for x in range(max(0, size - sum(left[1:])), min(size, left[0]) + 1):
        for others, ways in _deals(size - x, left[1:]):
            yield (x, *others), comb(left[0], x) * ways


def _simulated_p(table: Table, chi2: float, seed: int) -> float:
    from scipy.stats import random_table

    rows, columns = table.sum(axis=1), table.sum(axis=0)
    drawn = random_table(rows, columns).rvs(SIMULATED, random_state=np.random.default_rng(seed))
    expected = np.outer(rows, columns) / table.sum()
    statistics = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    return float((1 + (statistics >= chi2 * (1 - 1e-12)).sum()) / (1 + SIMULATED))


@dataclass(frozen=True)
class IndividualStability:
    """`test` of earlier against later answers; `predictability` is Goodman and Kruskal's lambda."""

    n: int
    test: Independence | Undefined
    predictability: Number


def chaffin_talley(
    earlier: ArrayLike, later: ArrayLike, points: int, *, seed: int = 0
) -> IndividualStability | Undefined:
    """Individual stability: later answers depend on the same raters' earlier ones.

    Stable when the test rejects independence. lambda = (sum_i max_j n_ij - max_j n_.j) / (n - max_j n_.j), the
    share of errors in guessing later answers that knowing the earlier saves; undefined when all later answers
    are the same. The test is undefined when either round's are. Dependence is not sameness: raters who all
    swap sides depend fully, so read `change.percent_changed` beside it.
    Chaffin and Talley (1980), Technol Forecast Soc Change 16:67-73.
    """
    table = transitions(earlier, later, points)
    n = int(table.sum())
    if not n:
        return NOT_BOTH_ROUNDS
    most = int(table.sum(axis=0).max())
    saved = int(table.max(axis=1).sum()) - most
    return IndividualStability(
        n, independence(table, seed=seed), saved / (n - most) if n > most else NO_VARIANCE
    )


def dajani_stability(
    earlier: ArrayLike, later: ArrayLike, points: int, *, seed: int = 0
) -> Independence | Undefined:
    """Group stability: chi-square that both rounds have the same distribution over the points.

    Stable when it is *not* significant. `n` of the result counts answers, two a rater. The test takes the
    rounds for independent samples, which the same raters are not, and so finds too few changes: prefer
    `paired.stuart_maxwell`. Everyone on one point in both rounds: undefined.
    Dajani, Sincoff and Talley (1979), Technol Forecast Soc Change 13:83-90.
    """
    table = transitions(earlier, later, points)
    if not table.any():
        return NOT_BOTH_ROUNDS
    return independence(np.stack([table.sum(axis=1), table.sum(axis=0)]), seed=seed)


class Agreement(StrEnum):
    """Dajani's hierarchy, from most to least."""

    CONSENSUS = "consensus"
    MAJORITY = "majority"
    BIPOLARITY = "bipolarity"
    PLURALITY = "plurality"
    DISAGREEMENT = "disagreement"


def dajani_hierarchy(histogram: Sequence[int], *, consensus: Fraction = Fraction(1)) -> Agreement | Undefined:
    """Where a stable histogram (raters per point or per band) stands; the first that fits.

    consensus: one category has at least the share `consensus`, everyone if not said (and more than half);
    majority: one has more than half; bipolarity: two have exactly half each; plurality: one has more than any
    other; disagreement: none has. A single rater is a consensus of one. No rater: undefined.
    """
    n = sum(histogram)
    if not n:
        return NO_RATINGS
    first, second = sorted(histogram, reverse=True)[:2] if len(histogram) > 1 else (n, 0)
    if 2 * first > n:
        return Agreement.CONSENSUS if first >= consensus * n else Agreement.MAJORITY
    if first == second:
        return Agreement.BIPOLARITY if 2 * first == n else Agreement.DISAGREEMENT
    return Agreement.PLURALITY


def scheibe(earlier: Sequence[int], later: Sequence[int]) -> Exact:
    """Scheibe's percent of change between two histograms: 100 sum abs(p1_i - p2_i) / 2; stable below 15.

    With equal n this is the number of raters who would have to move to turn one histogram into the other, per
    hundred. Shares make rounds of different n comparable; give the completers' histograms to leave dropout
    out. It does not see raters who change places. A round without ratings: undefined. ValueError for
    histograms of different length. Scheibe, Skutsch and Schofer (1975), in Linstone and Turoff.
    """
    if len(earlier) != len(later):
        raise ValueError("histograms of two rounds must be over the same points")
    one, other = sum(earlier), sum(later)
    if not one or not other:
        return NO_RATINGS
    apart = sum(
        abs(Fraction(int(a), one) - Fraction(int(b), other)) for a, b in zip(earlier, later, strict=True)
    )
    return 50 * Fraction(apart)


def scheibe_of_pairs(earlier: ArrayLike, later: ArrayLike, points: int) -> Exact:
    """`scheibe` over the raters who answered both rounds; undefined when nobody did."""
    if not len(pairs(earlier, later)[0]):
        return NOT_BOTH_ROUNDS
    table = transitions(earlier, later, points)
    return scheibe(table.sum(axis=1).tolist(), table.sum(axis=0).tolist())
