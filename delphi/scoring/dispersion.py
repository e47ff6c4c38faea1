"""How far apart one item's ratings are: quartile deviation, standard deviation, absolute deviations.

Every function takes `values`, one vector of ratings (1-D, in any order, NaN = no answer), and says "undefined"
with a reason where there is no number. What is a ratio of whole numbers is an exact fraction.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import isinf, isnan, sqrt

from delphi.scoring.exact import MEAN_NOT_POSITIVE, NO_RATINGS, ONE_RATING, Exact, Number, Undefined
from delphi.scoring.quantile_definitions import quantile_of_type

QUARTER = Fraction(1, 4)
HALF = Fraction(1, 2)


def answered(values: Iterable[float]) -> list[Fraction]:
    """The ratings that were given, exactly as written (6.1 is 61/10), in their order; NaN is no answer.

    ValueError for an infinite one.
    """
    return [_as_written(float(value)) for value in values if not isnan(value)]


def _as_written(value: float) -> Fraction:
    if isinf(value):
        raise ValueError("a rating is a finite number")
    return Fraction(int(value)) if value.is_integer() else Fraction(repr(value))


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


def variance(values: Iterable[float], ddof: int = 1) -> Exact:
    """Sum of squared deviations from the mean over n - ddof: that of a sample (1), or as in numpy (0).

    0 when all ratings are equal. Undefined when nobody rated, and for one rating unless ddof is 0. ValueError for
    another ddof.
    """
    if ddof not in (0, 1):
        raise ValueError(f"ddof is 0 or 1, not {ddof}")
    given = answered(values)
    n = len(given)
    if n <= ddof:
        return ONE_RATING if n else NO_RATINGS
    centre = _mean_of(given)
    return sum(((x - centre) ** 2 for x in given), Fraction(0)) / (n - ddof)


def standard_deviation(values: Iterable[float], ddof: int = 1) -> Number:
    """Square root of the `variance`, by n - 1 unless ddof is 0; undefined and ValueError as there."""
    squared = variance(values, ddof)
    return squared if isinstance(squared, Undefined) else sqrt(squared)


def coefficient_of_variation(values: Iterable[float], ddof: int = 1) -> Number:
    """Standard deviation over the mean, by n - 1 unless ddof is 0 (scipy's `variation`).

    English & Kernan (1976), Transportation Research 10:1-8: at most 0.5 is consensus. It supposes a scale
    with a true zero: numbering the points from 0 instead of 1 changes it. Undefined where the standard deviation
    is, and for a mean of 0 or less. ValueError for another ddof.
    """
    given = list(values)
    spread, centre = standard_deviation(given, ddof), mean(given)
    if isinstance(spread, Undefined):
        return spread
    if isinstance(centre, Undefined) or centre <= 0:
        return MEAN_NOT_POSITIVE
    return spread / float(centre)


def median_absolute_deviation(values: Iterable[float], factor: Fraction = Fraction(1)) -> Exact:
    """Median of abs(x - median), times `factor`.

    R's `mad` multiplies by 1.4826, which makes it an estimate of a normal distribution's standard deviation;
    ratings are not normal, and the factor is 1 unless said. Undefined when nobody rated; 0 when more than half
    of the ratings are equal.
    """
    given = answered(values)
    centre = quantile_of_type(given, HALF, 7)
    if isinstance(centre, Undefined):
        return centre
    spread = quantile_of_type([abs(x - centre) for x in given], HALF, 7)
    return spread if isinstance(spread, Undefined) else spread * factor


def mean_deviation_from_median(values: Iterable[float]) -> Exact:
    """Mean of abs(x - median), the measure of dispersion of the RAND/UCLA manual (Fitch et al. 2001).

    With an even number of ratings the median is the middle of the two middle ones; any point between these gives
    the same. 0 for one rating; undefined when nobody rated.
    """
    given = answered(values)
    centre = quantile_of_type(given, HALF, 7)
    return centre if isinstance(centre, Undefined) else _mean_of([abs(x - centre) for x in given])


def mean_deviation_from_mean(values: Iterable[float]) -> Exact:
    """Mean of abs(x - mean), the AD index of Burke, Finkelstein & Dusig (1999), Org Res Methods 2:49-68.

    Never less than that from the median. 0 for one rating; undefined when nobody rated.
    """
    given = answered(values)
    if not given:
        return NO_RATINGS
    centre = _mean_of(given)
    return _mean_of([abs(x - centre) for x in given])


def _mean_of(given: list[Fraction]) -> Fraction:
    return sum(given, Fraction(0)) / len(given)
