"""Many distributions of ratings at once, as cumulative counts: what rules ask of a distribution, exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.exact import Undefined
from delphi.scoring.quantiles import quantile
from delphi.scoring.scales import Band, Scale

Counts = NDArray[np.int32]


@dataclass(frozen=True)
class CumulativeCounts:
    """at_most[j]: how many raters gave a point in 1..j, integer arrays of one shape for all j.

    Level K (the last point) is always there and is n; the other levels only where they are asked for.
    `largest` is a number that n never exceeds. `quartiles` is the Hyndman-Fan definition of every quantile.
    """

    scale: Scale
    at_most: Mapping[int, Counts]
    largest: int
    quartiles: int = 7

    @property
    def n(self) -> Counts:
        """How many gave a point."""
        return self.at_most[self.scale.points]

    def up_to(self, level: int) -> Counts:
        """How many gave a point in 1..level; nobody for level 0."""
        return self.at_most[level] if level else np.zeros_like(self.n)

    def between(self, first: int, last: int) -> Counts:
        """How many gave a point in first..last."""
        return self.up_to(last) - self.up_to(first - 1)

    def in_band(self, band: Band) -> Counts:
        """How many gave a point in `band`; nobody for the middle of a scale that has none."""
        points = self.scale.range_of(band)
        return self.between(points[0], points[-1]) if points else np.zeros_like(self.n)

    def order_statistic(self, rank: NDArray[np.int32]) -> NDArray[np.int32]:
        """The rank-th lowest rating (1 = the lowest): 1 + the number of levels that hold fewer than `rank`."""
        found = np.ones(self.n.shape, np.int32)
        for level in range(1, self.scale.points):
            found += self.at_most[level] < rank
        return found

    def quantile(self, p: Fraction, denominator: int) -> NDArray[np.int32]:
        """`denominator` times the p-quantile, a whole number; of no ratings, a number without meaning.

        `denominator` from `quantile_denominator`. Agrees with `quantiles.quantile` without rounding.
        """
        numbers = _distinct(self.n, self.largest)
        below, part = np.zeros((2, self.largest + 1), np.int32)
        for n in numbers.tolist():
            place = _place(n, p, self.quartiles)
            below[n] = int(place)
            part[n] = (place - int(place)) * denominator
        rank = below[self.n]
        lower = self.order_statistic(rank)
        upper = self.order_statistic(np.minimum(rank + 1, self.n))
        return np.asarray(denominator * lower + part[self.n] * (upper - lower))


@cache
def quantile_denominator(definition: int, *ps: Fraction) -> int:
    """A number that makes every p-quantile of points whole, whatever the number of raters.

    The place in the order moves by p with each rater more, so places of two sizes have all denominators.
    """
    places = (_place(n, p, definition) for p in ps for n in range(1, 2 * p.denominator + 2))
    return lcm(*(place.denominator for place in places))


@cache
def _place(n: int, p: Fraction, definition: int) -> Fraction:
    """Where the p-quantile lies in the order of n ratings: it is the quantile of the numbers 1 to n."""
    place = quantile(range(1, n + 1), p, definition)
    return Fraction(0) if isinstance(place, Undefined) else place


def _distinct(numbers: Counts, largest: int) -> NDArray[np.int64]:
    seen = np.zeros(largest + 1, np.bool_)
    seen[numbers] = True
    return np.flatnonzero(seen)
