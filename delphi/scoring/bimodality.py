"""Has one item's distribution more than one peak? SAS's bimodality coefficient and Hartigan's dip test."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.dip_table import DIP_PROBABILITIES, DIP_QUANTILES
from delphi.scoring.exact import NO_RATINGS, NO_VARIANCE, TOO_FEW_RATINGS, Number, Undefined

UNIFORM_BENCHMARK: Final = Fraction(5, 9)


def skewness(values: Iterable[float]) -> Number:
    """G1 = sqrt(n (n - 1)) / (n - 2) m3 / m2^1.5, with m_r the mean of (x - mean)^r; 0 when symmetric.

    values: 1-D, NaN = no answer. Corrected for small samples, as in SAS, SPSS and R's e1071 type 2: Joanes & Gill
    (1998), The Statistician 47:183-189. Undefined for fewer than three ratings and when all are equal.
    """
    n, moments = _moments(values, 3)
    if isinstance(moments, Undefined):
        return moments
    second, third, _ = moments
    return sqrt(n * (n - 1)) / (n - 2) * third / sqrt(second) ** 3


def excess_kurtosis(values: Iterable[float]) -> Number:
    """G2 = (n - 1) / ((n - 2) (n - 3)) ((n + 1) (m4 / m2^2 - 3) + 6), with m_r as in `skewness`; 0 when normal.

    values, correction and source as there. Undefined for fewer than four ratings and when all are equal.
    """
    n, moments = _moments(values, 4)
    if isinstance(moments, Undefined):
        return moments
    second, _, fourth = moments
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)


def _moments(values: Iterable[float], least: int) -> tuple[int, tuple[float, float, float] | Undefined]:
    """n and m2, m3, m4; undefined below `least` ratings or without variance."""
    x = np.array(sorted(value for value in values if not isnan(value)), float)  # one order, one rounding
    n = len(x)
    if n < least:
        return n, TOO_FEW_RATINGS if n else NO_RATINGS
    if x[0] == x[-1]:
        return n, NO_VARIANCE
    deviations = x - x.mean()
    second, third, fourth = (float(np.mean(deviations**power)) for power in (2, 3, 4))
    return n, (second, third, fourth)


def bimodality_coefficient(values: Iterable[float]) -> Number:
    """(G1^2 + 1) / (G2 + 3 (n - 1)^2 / ((n - 2) (n - 3))), G1 and G2 being `skewness` and `excess_kurtosis`.

    values: 1-D, NaN = no answer. Above 5/9, its value for a uniform distribution, it suggests two peaks; a strong
    skew alone can pass 5/9. SAS Institute, PROC CLUSTER; Pfister et al. (2013), Front Psychol 4:700. Undefined
    for fewer than four ratings and when all are equal.
    """
    given = [value for value in values if not isnan(value)]
    n, skew, kurtosis = len(given), skewness(given), excess_kurtosis(given)
    if isinstance(kurtosis, Undefined):
        return kurtosis
    if isinstance(skew, Undefined):
        return skew
    return (skew**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


@dataclass(frozen=True)
class Dip:
    """The dip of n ratings, and the probability of one as large or larger when they are uniform."""

    value: float
    p_value: float
    n: int


def dip_test(values: Iterable[float]) -> Dip | Undefined:
    """Hartigan's dip test of unimodality; values: 1-D, in any order, NaN = no answer.

    Hartigan & Hartigan (1985), Annals of Statistics 13:70-84. The reference is a continuous uniform distribution.
    Ratings on a few points are tied: the ties alone raise the dip, and with many raters any item becomes
    "significant"; read the dip, or the histogram, before the p-value. Equal ratings have the smallest dip, 1 / (2n),
    and p = 1. Undefined when nobody rated.
    """
    given = [float(value) for value in values if not isnan(value)]
    if not given:
        return NO_RATINGS
    dip = dip_statistic(given)
    return Dip(dip, dip_p_value(dip, len(given)), len(given))


def dip_statistic(values: Sequence[float]) -> float:
    """The largest distance of the empirical distribution F of `values` (at least one) from a unimodal one.

    The algorithm of the paper. Over an interval, G is the greatest convex minorant of F and L its least concave
    majorant; where L - G is largest (d) lies a shorter interval for the mode. To its left F is compared with G,
    to its right with L, and D keeps the largest distance; the search goes on in the shorter interval until
    d <= D. Counted in raters, G goes through the number below each value and L through the number up to it, so
    that D starts at 1; the dip is D / (2n), never less than 1 / (2n), as in R.
    """
    x, counts = np.unique(np.asarray(values, float), return_counts=True)
    upto = np.cumsum(counts).astype(float)
    below = upto - counts
    low, high, largest = 0, len(x) - 1, 1.0
    while low < high:
        part = slice(low, high + 1)
        convex = low + _lower_hull(x[part], below[part])
        concave = low + _lower_hull(x[part], -upto[part])
        minorant = np.interp(x[part], x[convex], below[convex])
        majorant = np.interp(x[part], x[concave], upto[concave])
        # Where G and L are parallel the widest gap is everywhere between two corners: only a corner will do.
        corners = np.union1d(convex, concave)
        gaps = (majorant - minorant)[corners - low]
        widest = corners[np.argmax(gaps)]
        if gaps.max() <= largest:
            break
        left, right = int(convex[convex <= widest][-1]), int(concave[concave >= widest][0])
        above_minorant = (upto[part] - minorant)[: left - low]
        under_majorant = (majorant - below[part])[right - low + 1 :]
        largest = float(np.max(np.concatenate([above_minorant, under_majorant]), initial=largest))
        if (left, right) == (low, high):
            break
        low, high = left, right
    return largest / (2 * len(values))


def _lower_hull(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.intp]:
    """Places of the points on the lower convex hull of (x, y), x increasing."""
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) > 1 and _turns_down(x, y, hull[-2], hull[-1], i):
            hull.pop()
        hull.append(i)
    return np.array(hull, np.intp)


def _turns_down(x: NDArray[np.float64], y: NDArray[np.float64], a: int, b: int, c: int) -> bool:
    """Whether b lies on or above the line from a to c."""
    return bool((y[b] - y[a]) * (x[c] - x[a]) >= (y[c] - y[a]) * (x[b] - x[a]))


def dip_p_value(dip: float, n: int) -> float:
    """P(a dip of n uniform values >= `dip`), between the rows and columns of a simulated table.

    sqrt(n) times the quantiles is interpolated linearly in n between the two nearest sizes (beyond the last, its
    row stands), then the probability linearly between quantiles. Up to three values the dip is always 1 / (2n).
    """
    if n <= 3:
        return 1.0
    sizes = list(DIP_QUANTILES)
    above = min(max(bisect_left(sizes, n), 1), len(sizes) - 1)
    smaller, larger = sizes[above - 1], sizes[above]
    weight = min((n - smaller) / (larger - smaller), 1.0)
    rows = [sqrt(size) * np.array(DIP_QUANTILES[size]) for size in (smaller, larger)]
    quantiles = (1 - weight) * rows[0] + weight * rows[1]
    place = sqrt(n) * dip
    # The smallest dip can have a probability of its own, which is not below it.
    if place <= quantiles[0] or dip <= 1 / (2 * n):
        return 1.0
    return float(1 - np.interp(place, quantiles, DIP_PROBABILITIES))
