"""Groups of raters compared: rank tests, Cliff's delta, and every item of a study between its panels.

A group is 1-D, NaN = no answer, which leaves. Only the order of ratings is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import NO_VARIANCE, ONE_GROUP, TOO_FEW_RATINGS, Number, Undefined
from delphi.scoring.midranks import METHODS, Alternative, Method, doubled_midranks, normal_tail, tail
from delphi.scoring.multiplicity import Adjustment, adjust

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXACT_UP_TO: Final = 50  # raters in both groups; where "auto" passes from exact to normal
EXACT_AT_MOST: Final = (
    500  # raters in both groups; beyond, the exact distribution takes minutes and gigabytes
)


def answered(values: ArrayLike) -> Values:
    """The ratings given; ValueError unless 1-D and finite."""
    group = np.asarray(values, dtype=np.float64)
    if group.ndim != 1:
        raise ValueError("a group is a list of ratings, one per rater")
    if np.isinf(group).any():
        raise ValueError("a rating is infinite")
    return group[~np.isnan(group)]


@dataclass(frozen=True)
class MannWhitney:
    """`u` counts the pairs in which x is above y, ties for half (R's W); z is None where p is exact."""

    n_x: int
    n_y: int
    u: float
    p_value: float
    z: float | None
    method: Method
    alternative: Alternative


def mann_whitney(
    x: ArrayLike,
    y: ArrayLike,
    *,
    alternative: Alternative = "two-sided",
    method: Method | Literal["auto"] = "auto",
    continuity: bool = True,
) -> MannWhitney | Undefined:
    """Mann and Whitney's U, Wilcoxon's rank-sum test; "greater" asks whether x tends to be above y.

    x, y: the ratings of two groups, 1-D, NaN = no answer. R_x: the sum of x's ranks in both groups together;
    U = R_x - n_x (n_x + 1) / 2 with midranks. "exact": over all ways to deal the midranks as they are to the
    two groups, ties included, by dynamic programming; two-sided is twice the smaller tail. "normal": variance
    n_x n_y / 12 (N + 1 - sum(t^3 - t) / (N (N - 1))), t ratings tied with each other, and a correction of 1/2.
    "auto" is exact for up to 50 raters, else normal, and the result says which.
    Undefined: "one_group" (an empty group), "no_variance" (every rating tied: z = 0 and p = 1 cannot be told
    from no evidence at all). ValueError for another method or alternative, or "exact" for more than 500 raters.
    Mann and Whitney (1947), Ann Math Stat 18:50-60.
    """
    first, second = answered(x), answered(y)
    n_x, n_y = len(first), len(second)
    if not n_x or not n_y:
        return ONE_GROUP
    ranks = doubled_midranks(np.concatenate([first, second]))
    if np.ptp(ranks) == 0:
        return NO_VARIANCE
    exact = _exactly(method, n_x + n_y)
    doubled_sum = int(ranks[:n_x].sum())
    if exact:
        z, p_value = None, _rank_sum_p(ranks, n_x, doubled_sum, alternative)
    else:
        mean = n_x * (n_x + n_y + 1) / 2
        z, p_value = normal_tail(
            alternative, doubled_sum / 2 - mean, _rank_sum_variance(ranks, n_x), continuity
        )
    u = doubled_sum / 2 - n_x * (n_x + 1) / 2
    return MannWhitney(n_x, n_y, u, p_value, z, "exact" if exact else "normal", alternative)


def _exactly(method: Method | Literal["auto"], raters: int) -> bool:
    if method == "auto":
        return raters <= EXACT_UP_TO
    if method not in METHODS:
        raise ValueError(f"method {method!r} is not one of {('auto', *METHODS)}")
    if method == "exact" and raters > EXACT_AT_MOST:
        raise ValueError(f"the exact test is for at most {EXACT_AT_MOST} raters; ask for the normal one")
    return method == "exact"


def _rank_sum_variance(ranks: NDArray[np.int64], n_x: int) -> float:
    n, n_y = len(ranks), len(ranks) - n_x
    return n_x * n_y / 12 * (n + 1 - _ties(ranks) / (n * (n - 1)))


def _ties(ranks: NDArray[np.int64]) -> float:
    """sum(t^3 - t) over runs of t tied ratings."""
    sizes = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    return float((sizes**3 - sizes).sum())


def _rank_sum_p(ranks: NDArray[np.int64], n_x: int, observed: int, alternative: Alternative) -> float:
    """ways[k, s]: the choices of k raters whose ranks sum to s; of the smaller group, for speed.

    Ranks are divided by what all have in common, and taken in rising order, by which sums yet out of reach need
    no work.
    """
    unit = int(np.gcd.reduce(ranks))
    ordered = np.sort(ranks) // unit
    k = min(n_x, len(ordered) - n_x)
    target = (observed if k == n_x else int(ranks.sum()) - observed) // unit
    ways = np.zeros((k + 1, int(ordered[-k:].sum()) + 1))
    ways[0, 0] = 1.0
    for taken, rank in enumerate(ordered.tolist(), start=1):
        reached = int(ordered[max(0, taken - k) : taken].sum()) + 1
        ways[1:, rank:reached] += ways[:-1, : reached - rank].copy()
    probability = ways[k] / ways[k].sum()
    below, above = probability[: target + 1].sum(), probability[target:].sum()
    return tail(alternative, *((below, above) if k == n_x else (above, below)))


@dataclass(frozen=True)
class KruskalWallis:
    """H over the `groups` that have ratings, n in all."""

    n: int
    groups: int
    h: float
    df: int
    p_value: float


def kruskal_wallis(groups: Sequence[ArrayLike]) -> KruskalWallis | Undefined:
    """Kruskal and Wallis' H = 12 / (N (N + 1)) sum R_g^2 / n_g - 3 (N + 1), over 1 - sum(t^3 - t) / (N^3 - N).

    groups: the ratings of each, 1-D, NaN = no answer; R_g its rank sum among all N, t ratings tied with each
    other. p by chi-square with df = groups - 1, an approximation from about 5 ratings a group. A group without
    ratings is left out and lowers df. Undefined: "one_group" (fewer than two), "no_variance" (every rating tied).
    Kruskal and Wallis (1952), JASA 47:583-621.
    """
    from scipy.special import chdtrc

    given = [group for group in map(answered, groups) if len(group)]
    if len(given) < 2:
        return ONE_GROUP
    ranks, n = doubled_midranks(np.concatenate(given)), sum(map(len, given))
    if np.ptp(ranks) == 0:
        return NO_VARIANCE
    parts = np.split(ranks / 2, np.cumsum([len(group) for group in given])[:-1])
    spread = sum(len(part) * (part.mean() - (n + 1) / 2) ** 2 for part in parts)
    h = float(12 / (n * (n + 1)) * spread / (1 - _ties(ranks) / (n**3 - n)))
    df = len(given) - 1
    return KruskalWallis(n, len(given), h, df, float(chdtrc(df, h)))


@dataclass(frozen=True)
class CliffsDelta:
    """delta = P(x > y) - P(x < y), from -1 to 1, with its interval."""

    n_x: int
    n_y: int
    delta: float
    low: Number
    high: Number
    confidence: float


def cliffs_delta(x: ArrayLike, y: ArrayLike, confidence: float = 0.95) -> CliffsDelta | Undefined:
    """Cliff's delta, the mean of d_ij = sign(x_i - y_j), which is 2 U / (n_x n_y) - 1.

    x, y: the ratings of two groups, 1-D, NaN = no answer.
    Interval: (d - d^3 -+ t s sqrt((1 - d^2)^2 + t^2 s^2)) / (1 - d^2 + t^2 s^2), t of n_x + n_y - 2 df and
    s^2 = (n_y^2 sum(d_i. - d)^2 + n_x^2 sum(d_.j - d)^2 - sum(d_ij - d)^2) / (n_x n_y (n_x - 1)(n_y - 1)),
    unbiased and asymmetric, as in R's effsize; where s^2 comes out at 0 or less, (1 - d^2) / (n_x n_y - 1), its
    least without ties. Where no rating of the groups overlaps (delta -1 or 1) the bound towards 0 is
    (m - t^2) / (m + t^2), m the smaller group, not past -1 (effsize approximates otherwise there).
    Undefined: "one_group" (an empty group); the limits are "too_few_ratings" for a group of one. ValueError for a
    confidence not between 0 and 1. Cliff (1993), Psychological Bulletin 114:494-509; Feng and Cliff (2004),
    J Mod Appl Stat Methods 3:322-332, equation 8.
    """
    from scipy.special import stdtrit

    if not 0 < confidence < 1:
        raise ValueError(f"confidence = {confidence} is not between 0 and 1")

    first, second = answered(x), answered(y)
    n_x, n_y = len(first), len(second)
    if not n_x or not n_y:
        return ONE_GROUP
    rows, columns = _dominance(first, second), _dominance(second, first)
    delta = int(rows.sum()) / (n_x * n_y)
    if min(n_x, n_y) < 2:
        return CliffsDelta(n_x, n_y, delta, TOO_FEW_RATINGS, TOO_FEW_RATINGS, confidence)
    t = float(stdtrit(n_x + n_y - 2, (1 + confidence) / 2))
    low, high = _delta_interval(rows, columns, n_x * n_y - _tied_pairs(first, second), t)
    return CliffsDelta(n_x, n_y, delta, low, high, confidence)


def _dominance(x: Values, y: Values) -> NDArray[np.int64]:
    """Of each x, how many more of y lie below it than above: n_y d_i., without n_x n_y signs in memory."""
    ordered = np.sort(y)
    below, not_above = np.searchsorted(ordered, x, "left"), np.searchsorted(ordered, x, "right")
    return np.asarray(below + not_above - len(y), np.int64)


def _tied_pairs(x: Values, y: Values) -> int:
    ordered = np.sort(y)
    return int((np.searchsorted(ordered, x, "right") - np.searchsorted(ordered, x, "left")).sum())


def _delta_interval(
    rows: NDArray[np.int64], columns: NDArray[np.int64], untied: int, t: float
) -> tuple[float, float]:
    """`untied` is the sum of d_ij^2; with S the sum of d_ij, sums of squared deviations lose S^2 over their size."""
    n_x, n_y, total = len(rows), len(columns), int(rows.sum())
    delta = total / (n_x * n_y)
    if abs(delta) == 1:
        smaller = min(n_x, n_y)
        bound = max(-1.0, (smaller - t * t) / (smaller + t * t))
        return (bound, 1.0) if delta > 0 else (-1.0, -bound)
    squares = int(rows @ rows) + int(columns @ columns) - untied
    between = (squares * n_x * n_y - total**2 * (n_x + n_y - 1)) / (n_x * n_y)
    room = 1 - delta * delta
    variance = between / (n_x * n_y * (n_x - 1) * (n_y - 1))
    if variance <= 0:
        variance = room / (n_x * n_y - 1)
    half = t * np.sqrt(variance) * np.sqrt(room**2 + t * t * variance)
    centre, scale = delta * room, room + t * t * variance
    return max(-1.0, float((centre - half) / scale)), min(1.0, float((centre + half) / scale))


@dataclass(frozen=True)
class PairOfGroups:
    """Two groups of one item; `adjusted` is the p-value over the family named by the function that made it."""

    first: str
    second: str
    test: MannWhitney | Undefined
    delta: CliffsDelta | Undefined
    adjusted: Number


@dataclass(frozen=True)
class ItemComparison:
    """One item between panels: `overall` by Kruskal-Wallis, `adjusted` over the items, then pair by pair."""

    item: str
    overall: KruskalWallis | Undefined
    adjusted: Number
    pairs: tuple[PairOfGroups, ...]


def pairwise(
    groups: Mapping[str, ArrayLike],
    *,
    adjustment: Adjustment = "bh",
    method: Method | Literal["auto"] = "auto",
) -> list[PairOfGroups]:
    """Mann-Whitney and Cliff's delta of every two groups; the family of `adjusted` is these pairs.

    groups: ratings by name, each 1-D, NaN = no answer. `adjustment`: "bh", "by", "holm" or "bonferroni". A pair of
    which one is empty is undefined and not in the family.
    """
    names = list(combinations(groups, 2))
    tests = [mann_whitney(groups[one], groups[other], method=method) for one, other in names]
    adjusted = adjust([p_value(test) for test in tests], adjustment)
    return [
        PairOfGroups(one, other, test, cliffs_delta(groups[one], groups[other]), p)
        for (one, other), test, p in zip(names, tests, adjusted, strict=True)
    ]


def p_value(test: MannWhitney | KruskalWallis | Undefined) -> Number:
    """The p-value of a test, or why there is none."""
    return test if isinstance(test, Undefined) else test.p_value


def compare_panels(
    ratings: ArrayLike,
    panels: Mapping[str, Mask],
    items: Sequence[str],
    *,
    adjustment: Adjustment = "bh",
    method: Method | Literal["auto"] = "auto",
) -> list[ItemComparison]:
    """Every item between the panels; ratings: raters x items, panels: True = the rater is a member.

    The family of an item's overall p-value is all items; that of a pair's is all items and all pairs. A rater
    in several panels is left out, because groups must not share raters; one in none is in no group. ValueError
    unless there is an item for every column and a membership for every rater.
    """
    matrix = np.asarray(ratings, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != len(items):
        raise ValueError("ratings must be raters x items")
    if any(np.shape(members) != (len(matrix),) for members in panels.values()):
        raise ValueError("a panel says for every rater whether they are a member")
    once = np.sum(list(panels.values()), axis=0) == 1
    columns = [{name: matrix[mask & once, i] for name, mask in panels.items()} for i in range(len(items))]
    return compare_groups(items, columns, adjustment=adjustment, method=method)


def compare_groups(
    items: Sequence[str],
    groups: Sequence[Mapping[str, ArrayLike]],
    *,
    adjustment: Adjustment = "bh",
    method: Method | Literal["auto"] = "auto",
) -> list[ItemComparison]:
    """`compare_panels` for any groups without raters in common: of each item, the ratings of each by name."""
    overall = [kruskal_wallis(list(own.values())) for own in groups]
    adjusted = adjust([p_value(test) for test in overall], adjustment)
    found = [pairwise(own, adjustment=adjustment, method=method) for own in groups]
    family = iter(adjust([p_value(pair.test) for item in found for pair in item], adjustment))
    return [
        ItemComparison(
            item,
            test,
            p,
            tuple(PairOfGroups(one.first, one.second, one.test, one.delta, next(family)) for one in pairs),
        )
        for item, test, p, pairs in zip(items, overall, adjusted, found, strict=True)
    ]
