"""Finding the items that divide: panels against each other, or one group within itself.

A histogram is a number of raters on each point of the full scale, point 1 first. All thresholds are compared
exactly. Findings are descriptive: with few raters a division can be chance, so n stands beside each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import NO_RATINGS, ONE_GROUP, ONE_RATING, Exact, Undefined
from delphi.scoring.ratings import count_points
from delphi.scoring.scales import Band, Scale

Mask = NDArray[np.bool_]

CAMP: Final = Fraction(1, 4)  # of the raters, in each outer band
APART: Final = Fraction(1, 4)  # of the scale's length, between two panels
SMALLEST: Final = 5  # raters in a group that is looked at


def polarity(histogram: Sequence[int]) -> Exact:
    """4 sum F_i (1 - F_i) / (K - 1), F_i the share at or below point i < K.

    0 = all on one point, 1 = half at each end, (2/3)(K + 1)/K when every point is as frequent.
    The complement of Blair and Lacy's l^2 (2000); Berry and Mielke's index of ordinal variation (1992). No rater:
    undefined; ValueError for fewer than two points, or a number of raters below 0.
    """
    if len(histogram) < 2 or min(histogram) < 0:
        raise ValueError("a histogram has a number of raters for each of at least two points")
    n = sum(histogram)
    if not n:
        return NO_RATINGS
    below = np.cumsum(histogram)[:-1].tolist()
    return Fraction(4 * sum(f * (n - f) for f in below), n * n * (len(histogram) - 1))


def total_variation(one: Sequence[int], other: Sequence[int]) -> Exact:
    """sum abs(p_i - q_i) / 2: the share of either group that would have to move, however far; 0 to 1.

    p, q: the shares of the points in two histograms of one scale (ValueError otherwise). An empty one: undefined.
    """
    p, q = _shares(one, other)
    if not p or not q:
        return ONE_GROUP
    return sum((abs(a - b) for a, b in zip(p, q, strict=True)), Fraction(0)) / 2


def ordinal_distance(one: Sequence[int], other: Sequence[int]) -> Exact:
    """sum abs(F_i - G_i) / (K - 1): how far, in lengths of the scale, ratings move from one to the other.

    The earth mover's (Wasserstein) distance, on average per rater, F and G the shares at or below a point; 0 = the
    same histogram, 1 = all at opposite ends. Undefined and ValueError as `total_variation`.
    """
    p, q = _shares(one, other)
    if not p or not q:
        return ONE_GROUP
    ahead, moved = Fraction(0), Fraction(0)
    for a, b in list(zip(p, q, strict=True))[:-1]:
        ahead += a - b
        moved += abs(ahead)
    return moved / (len(p) - 1)


def _shares(*histograms: Sequence[int]) -> list[list[Fraction]]:
    """The shares of the points of each histogram, none where nobody rated."""
    if len(set(map(len, histograms))) > 1 or any(len(counts) < 2 or min(counts) < 0 for counts in histograms):
        raise ValueError("histograms to compare are numbers of raters on the points of one scale")
    totals = [int(sum(counts)) for counts in histograms]
    return [
        [Fraction(int(count), n) for count in counts] if n else []
        for counts, n in zip(histograms, totals, strict=True)
    ]


@dataclass(frozen=True)
class Camps:
    """One item in one group: raters in each band, polarity, and whether there are two camps."""

    n: int
    low: int
    middle: int
    high: int
    polarity: Exact
    two_camps: bool


def camps(histogram: Sequence[int], scale: Scale, *, camp: Fraction = CAMP) -> Camps | Undefined:
    """Whether a group is split in two camps.

    It is when the low and the high band each hold at least the share `camp` of the raters, each more than the
    middle band, and `polarity` is above that of ratings spread evenly over the scale.
    One rater is no split and undefined, as is none.
    """
    n = sum(histogram)
    if n < 2:
        return ONE_RATING if n else NO_RATINGS
    low, middle, high = (_in_band(histogram, scale, band) for band in ("low", "middle", "high"))
    spread, even = polarity(histogram), polarity([1] * scale.points)
    smaller = min(low, high)
    divided = not isinstance(spread, Undefined) and not isinstance(even, Undefined) and spread > even
    return Camps(n, low, middle, high, spread, divided and smaller >= camp * n and smaller > middle)


@dataclass(frozen=True)
class Opposition:
    """One item between two panels of n_first and n_second raters.

    `opposite`: more than half of one panel in the low band and more than half of the other in the high one.
    `apart`: the ordinal distance reaches the finder's threshold.
    """

    n_first: int
    n_second: int
    total_variation: Fraction
    ordinal_distance: Fraction
    opposite: bool
    apart: bool


def opposition(
    one: Sequence[int], other: Sequence[int], scale: Scale, *, apart: Fraction = APART
) -> Opposition | Undefined:
    """How far two panels are from each other; undefined when either has no rating."""
    moved, distance = total_variation(one, other), ordinal_distance(one, other)
    if isinstance(moved, Undefined) or isinstance(distance, Undefined):
        return ONE_GROUP
    first, second = _majority(one, scale), _majority(other, scale)
    opposite = {first, second} == {"low", "high"}
    return Opposition(sum(one), sum(other), moved, distance, opposite, distance >= apart)


def _majority(histogram: Sequence[int], scale: Scale) -> Band | None:
    for band, _ in scale.bands.named():
        if 2 * _in_band(histogram, scale, band) > sum(histogram):
            return band
    return None


def _in_band(histogram: Sequence[int], scale: Scale, band: Band) -> int:
    return sum(int(histogram[point - 1]) for point in scale.range_of(band))


@dataclass(frozen=True)
class Division:
    """A finding: `panels` is one group that is split ("everyone" by an empty tuple) or two that oppose."""

    item: str
    panels: tuple[str, ...]
    finding: Camps | Opposition
    strength: Fraction


def find_divisions(
    ratings: ArrayLike,
    items: Sequence[str],
    panels: Mapping[str, Mask],
    scale: Scale,
    *,
    camp: Fraction = CAMP,
    apart: Fraction = APART,
    smallest: int = SMALLEST,
) -> list[Division]:
    """Every split group and every opposed or distant pair of panels, strongest first.

    ratings: raters x items, NaN = no answer; panels: True = member. `strength` is polarity for a split and
    ordinal distance for a pair. Groups with fewer than `smallest` ratings of an item are passed over. A rater in
    both panels of a pair counts in each. ValueError for a rating off the scale or shapes that do not fit.
    """
    matrix = np.asarray(ratings, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != len(items):
        raise ValueError("ratings must be raters x items")
    found: list[Division] = []
    for item, column in zip(items, matrix.T, strict=True):
        pooled = count_points(column, scale)
        by_panel = {name: count_points(column[mask], scale) for name, mask in panels.items()}
        large = {name: counts for name, counts in by_panel.items() if sum(counts) >= smallest}
        groups = {(): pooled} if sum(pooled) >= smallest else {}
        found += _splits(item, groups | {(name,): counts for name, counts in large.items()}, scale, camp)
        found += _oppositions(item, large, scale, apart)
    return sorted(found, key=lambda division: -division.strength)


def _splits(
    item: str, groups: Mapping[tuple[str, ...], Sequence[int]], scale: Scale, camp: Fraction
) -> Iterator[Division]:
    for names, counts in groups.items():
        found = camps(counts, scale, camp=camp)
        if isinstance(found, Camps) and found.two_camps and isinstance(found.polarity, Fraction):
            yield Division(item, names, found, found.polarity)


def _oppositions(
    item: str, panels: Mapping[str, Sequence[int]], scale: Scale, apart: Fraction
) -> Iterator[Division]:
    for one, other in combinations(panels, 2):
        found = opposition(panels[one], panels[other], scale, apart=apart)
        if isinstance(found, Opposition) and (found.opposite or found.apart):
            yield Division(item, (one, other), found, found.ordinal_distance)
