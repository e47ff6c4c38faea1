"""How far apart one item's ratings are: quartile deviation, standard deviation, absolute deviations.

Every function takes `values`, one vector of ratings (1-D, in any order, NaN = no answer), and says "undefined"
with a reason where there is no number. What is a ratio of whole numbers is an exact fraction.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import isnan, sqrt

from delphi.scoring.exact import MEAN_NOT_POSITIVE, NO_RATINGS, ONE_RATING, Exact, Number, Undefined
from delphi.scoring.quantile_definitions import quantile_of_type

QUARTER = Fraction(1, 4)
HALF = Fraction(1, 2)


def answered(values: Iterable[float]) -> list[Fraction]:
    """The ratings that were given, exactly, in their order; NaN is no answer."""
    return [Fraction(float(value)) for value in values if not isnan(value)]


def mean(values: Iterable[float]) -> Exact:
    """Sum of the ratings over their number; undefined when nobody rated."""
    given = answered(values)
    return _mean_of(given) if given else NO_RATINGS


def quartile_deviation(values: Iterable[float], definition: int = 7) -> Exact:
    """Half the interquartile range, (Q3 - Q1) / 2, by Hyndman-Fan quantile `definition` 1 to 9.

    von der Gracht (2012), Technol Forecast Soc Change 79:1525-1536. Undefined when nobody rated; one rating or
    equal ratings give 0. ValueError for another definition.
    """
    given = answered(values)
    upper = quantile_of_type(given, 1 - QUARTER, definition)
    lower = quantile_of_type(given, QUARTER, definition)
    if isinstance(upper, Undefined) or isinstance(lower, Undefined):
        return NO_RATINGS
    return (upper - lower) / 2


def variance(values: Iterable[float]) -> Exact:
    """Sum of squared deviations from the mean over n - 1; undefined for fewer than two ratings."""
    given = answered(values)
    n = len(given)
    if n < 2:
        return ONE_RATING if n else NO_RATINGS
    centre = _mean_of(given)
    return sum(((x - centre) ** 2 for x in given), Fraction(0)) / (n - 1)


def standard_deviation(values: Iterable[float]) -> Number:
    """Square root of the variance, with n - 1; undefined for fewer than two ratings, 0 when all are equal."""
    squared = variance(values)
    return squared if isinstance(squared, Undefined) else sqrt(squared)


def coefficient_of_variation(values: Iterable[float]) -> Number:
    """Standard deviation (n - 1) over the mean.

    English & Kernan (1976), Transportation Research 10:1-8: at most 0.5 is consensus. It supposes a scale
    with a true zero: numbering the points from 0 instead of 1 changes it. Undefined for fewer than two ratings
    and for a mean of 0 or less.
    """
    given = list(values)
    spread, centre = standard_deviation(given), mean(given)
    if isinstance(spread, Undefined):
        return spread
    if isinstance(centre, Undefined) or centre <= 0:
        return MEAN_NOT_POSITIVE
    return spread / float(centre)


def median_absolute_deviation(values: Iterable[float]) -> Exact:
    """Median of abs(x - median), as it is: not multiplied by 1.4826, as R's `mad` does to estimate a sigma.

    Undefined when nobody rated; 0 as soon as more than half of the ratings are equal.
    """
    given = answered(values)
    centre = quantile_of_type(given, HALF, 7)
    if isinstance(centre, Undefined):
        return centre
    return quantile_of_type([abs(x - centre) for x in given], HALF, 7)


def mean_deviation_from_median(values: Iterable[float]) -> Exact:
    """Mean of abs(x - median), the RAND/UCLA manual's measure of dispersion; undefined when nobody rated."""
    given = answered(values)
    centre = quantile_of_type(given, HALF, 7)
    return centre if isinstance(centre, Undefined) else _mean_of([abs(x - centre) for x in given])


def mean_deviation_from_mean(values: Iterable[float]) -> Exact:
    """Mean of abs(x - mean), never less than that from the median; undefined when nobody rated."""
    given = answered(values)
    if not given:
        return NO_RATINGS
    centre = _mean_of(given)
    return _mean_of([abs(x - centre) for x in given])


def _mean_of(given: list[Fraction]) -> Fraction:
    return sum(given, Fraction(0)) / len(given)
