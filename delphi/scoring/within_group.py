"""Agreement of a group on one item against what random answers would show: rwg, rwg(J) and the AD index.

A null distribution is what raters without any agreement would answer; its variance is the yardstick.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.dispersion import mean_deviation_from_mean, mean_deviation_from_median, variance
from delphi.scoring.exact import NO_RATINGS, Exact, Undefined

Negative = Literal["keep", "truncate"]
Centre = Literal["mean", "median"]

# Shares of raters on points 1 to 5 of LeBreton & Senter (2008), Organizational Research Methods 11:815-852,
# Table 2, in hundredths; skewed towards the high end.
FIVE_POINT_NULLS: Final[Mapping[str, tuple[int, ...]]] = {
    "uniform": (20, 20, 20, 20, 20),
    "slight_skew": (5, 15, 20, 35, 25),
    "moderate_skew": (0, 10, 15, 40, 35),
    "heavy_skew": (0, 0, 10, 40, 50),
    "triangular": (11, 22, 34, 22, 11),
}


def null_variance(weights: Sequence[int | Fraction]) -> Fraction:
    """Variance of a null distribution, sum w_i (i - mean)^2 / sum w_i, from the weight w_i of each point, lowest first.

    The weights need not add to 1. LeBreton & Senter (2008) give skewed ones (`FIVE_POINT_NULLS`). ValueError when
    a weight is negative or none is positive.
    """
    total = sum(weights)
    if not total or min(weights) < 0:
        raise ValueError("weights of points are not negative, and at least one is positive")
    mean = Fraction(sum(point * weight for point, weight in enumerate(weights))) / total
    return sum((weight * (point - mean) ** 2 for point, weight in enumerate(weights)), Fraction(0)) / total


def uniform_null_variance(points: int) -> Fraction:
    """(K^2 - 1) / 12, every one of K points equally likely. James, Demaree & Wolf (1984), J Appl Psychol 69:85-98."""
    return Fraction(points * points - 1, 12)


def rwg(values: Iterable[float], null: Fraction, negative: Negative = "keep") -> Exact:
    """1 - s^2 / null, for one item; values: 1-D, NaN = no answer; s^2 with n - 1; `null`: the null's variance.

    James, Demaree & Wolf (1984), J Appl Psychol 69:85-98. 1 when all agree; below 0 when ratings vary more than
    the null, which is kept as it is, or set to 0 as the authors did, with negative="truncate".
    Undefined for fewer than two ratings. ValueError when `null` is not positive.
    """
    _check(null)
    observed = variance(values)
    if isinstance(observed, Undefined):
        return observed
    agreement = 1 - observed / null
    return max(agreement, Fraction(0)) if negative == "truncate" else agreement


def rwg_j(ratings: NDArray[np.float64], null: Fraction) -> Exact:
    """J (1 - q) / (J (1 - q) + q), q = mean of s_j^2 / null, for J parallel items; ratings: raters x items.

    James, Demaree & Wolf (1984). NaN = no answer; each item's variance (n - 1) is that of its own raters. Where
    the items vary more than the null (q > 1) the formula leaves 0 to 1 and the result is 0, as in R's multilevel.
    With one item it is rwg. Undefined when an item has fewer than two ratings. ValueError as `rwg`.
    """
    _check(null)
    variances = [variance(column) for column in np.asarray(ratings, float).T]
    if not variances:
        return NO_RATINGS
    total = Fraction(0)
    for observed in variances:
        if isinstance(observed, Undefined):
            return observed
        total += observed
    items = len(variances)
    ratio = total / items / null
    if ratio > 1:
        return Fraction(0)
    return items * (1 - ratio) / (items * (1 - ratio) + ratio)


@dataclass(frozen=True)
class AverageDeviation:
    """The AD index against its cut-off; `agrees` where it is at most the cut-off."""

    value: Fraction
    cutoff: Fraction
    agrees: bool


def ad_cutoff(points: int) -> Fraction:
    """K / 6, the largest AD that is still agreement on K points. Burke & Dunlap (2002), Org Res Methods 5:159-172."""
    return Fraction(points, 6)


def average_deviation(
    values: Iterable[float], points: int, centre: Centre = "mean"
) -> AverageDeviation | Undefined:
    """AD index: mean of abs(x - mean), or of abs(x - median); values: 1-D on 1 to `points`, NaN = no answer.

    Burke, Finkelstein & Dusig (1999), Org Res Methods 2:49-68. 0 when all agree; one rater always does.
    Undefined when nobody rated.
    """
    deviation = mean_deviation_from_mean if centre == "mean" else mean_deviation_from_median
    value = deviation(values)
    if isinstance(value, Undefined):
        return value
    cutoff = ad_cutoff(points)
    return AverageDeviation(value, cutoff, value <= cutoff)


def _check(null: Fraction) -> None:
    if null <= 0:
        raise ValueError(f"a null variance of {null} is not positive")
