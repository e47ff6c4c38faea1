"""The nine sample quantiles of Hyndman & Fan (1996) and Tukey's hinges, on exact numbers.

The American Statistician 50:361-365. `quantiles` holds the three that a protocol may name (6, 7, 8); the others
are here for comparison with other software: 2 = SAS, 3 = SAS nearest even, 5 = hydrology.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from delphi.scoring.exact import NO_RATINGS, Exact, Undefined

HALF: Final = Fraction(1, 2)
DEFINITIONS: Final = tuple(range(1, 10))

# The p-quantile lies at place n p + m among the ordered ratings; here m = a + b p, as (a, b).
_SHIFT: Final[Mapping[int, tuple[Fraction, Fraction]]] = {
    1: (Fraction(0), Fraction(0)),
    2: (Fraction(0), Fraction(0)),
    3: (-HALF, Fraction(0)),
    4: (Fraction(0), Fraction(0)),
    5: (HALF, Fraction(0)),
    6: (Fraction(0), Fraction(1)),
    7: (Fraction(1), Fraction(-1)),
    8: (Fraction(1, 3), Fraction(1, 3)),
    9: (Fraction(3, 8), Fraction(1, 4)),
}


def quantile_of_type(values: Sequence[int | Fraction], p: Fraction, definition: int = 7) -> Exact:
    """The p-quantile (0 <= p <= 1) of `values`, in any order, by definition 1 to 9.

    With x sorted, place n p + m, j its whole part and g the rest: (1 - w) x_j + w x_(j+1), where w is
    1: 0 if g = 0 else 1; 2: 1/2 if g = 0 else 1; 3: 0 if g = 0 and j is even else 1; 4 to 9: g.
    The first and last value stand in beyond the ends. Exact, so that no tie turns on rounding error.
    No values: undefined. ValueError for another definition or p.
    """
    if definition not in _SHIFT:
        raise ValueError(f"quantile definition {definition} is not one of {DEFINITIONS}")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p} is not between 0 and 1")
    if not values:
        return NO_RATINGS
    ordered, n = sorted(values), len(values)
    constant, slope = _SHIFT[definition]
    place = n * p + constant + slope * p
    below = place.numerator // place.denominator
    weight = _weight(definition, below, place - below)
    lower, upper = (Fraction(ordered[min(max(j, 1), n) - 1]) for j in (below, below + 1))
    return lower + weight * (upper - lower)


def _weight(definition: int, below: int, rest: Fraction) -> Fraction:
    """Of the upper neighbour, w above."""
    if definition >= 4:
        return rest
    if rest:
        return Fraction(1)
    on_the_place = {1: Fraction(0), 2: HALF, 3: Fraction(below % 2)}
    return on_the_place[definition]


def tukey_hinges(values: Sequence[int | Fraction]) -> tuple[Fraction, Fraction] | Undefined:
    """Lower and upper hinge: the medians of the lower and the upper half, the middle value in both if n is odd.

    Tukey (1977), Exploratory Data Analysis; as R's `fivenum` and box plots. Undefined without values.
    """
    ordered = sorted(values)
    half = (len(ordered) + 1) // 2
    lower = quantile_of_type(ordered[:half], HALF)
    upper = quantile_of_type(ordered[len(ordered) - half :], HALF)
    if isinstance(lower, Undefined) or isinstance(upper, Undefined):
        return NO_RATINGS
    return lower, upper
