"""Sample quantiles on exact numbers, in the definitions that change published decisions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from delphi.scoring.exact import NO_RATINGS, Exact

# Plotting positions of Hyndman & Fan (1996), The American Statistician 50:361-365: the weight of the
# ends. 6 = SPSS, Minitab; 7 = R, numpy, Excel QUARTILE.INC; 8 = median-unbiased.
_ENDS: Final = {6: Fraction(0), 7: Fraction(1), 8: Fraction(1, 3)}

QUARTILE_DEFINITIONS: Final = tuple(_ENDS)


def quantile(values: Sequence[int | Fraction], p: Fraction, definition: int = 7) -> Exact:
    """The p-quantile (0 <= p <= 1) of `values`, in any order, by Hyndman-Fan `definition` 6, 7 or 8.

    With x sorted and h = n p + e + p (1 - 2 e), e = 0, 1, 1/3 for definitions 6, 7, 8: interpolate linearly
    between the order statistics on either side of h, the first and last standing in beyond the ends.
    No values: undefined. ValueError for another definition or p.
    """
    if definition not in _ENDS:
        raise ValueError(f"quantile definition {definition} is not one of {QUARTILE_DEFINITIONS}")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p} is not between 0 and 1")
    if not values:
        return NO_RATINGS
    ordered, n, end = sorted(values), len(values), _ENDS[definition]
    place = min(max(n * p + end + p * (1 - 2 * end), Fraction(1)), Fraction(n))
    below = int(place)
    lower, upper = ordered[below - 1], ordered[min(below, n - 1)]
    return lower + (place - below) * (upper - lower)
