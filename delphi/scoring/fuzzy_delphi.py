"""Fuzzy Delphi: each point of a scale is a triangular fuzzy number, and experts agree when theirs lie close.

Ishikawa et al. (1993), Fuzzy Sets and Systems 55:241-253; the threshold form below as in Chen (2000), Fuzzy Sets
and Systems 114:1-9, Cheng & Lin (2002), Eur J Oper Res 142:174-186.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan, sqrt
from typing import Final, Literal

from delphi.scoring.exact import NO_RATINGS, Undefined

Triangle = tuple[Fraction, Fraction, Fraction]
PeakWeight = Literal[1, 2, 4]


def _tenths(*triangles: tuple[int, int, int]) -> tuple[Triangle, ...]:
    return tuple((Fraction(a, 10), Fraction(b, 10), Fraction(c, 10)) for a, b, c in triangles)


# The linguistic scales most studies print, lowest point first.
FIVE_POINTS: Final = _tenths((0, 0, 2), (0, 2, 4), (2, 4, 6), (4, 6, 8), (6, 8, 10))
SEVEN_POINTS: Final = _tenths((0, 0, 1), (0, 1, 3), (1, 3, 5), (3, 5, 7), (5, 7, 9), (7, 9, 10), (9, 10, 10))


def even_triangles(points: int) -> tuple[Triangle, ...]:
    """Triangles for any scale of at least two points: peaks evenly from 0 to 1, feet on the neighbours' peaks.

    ValueError below two points.
    """
    if points < 2:
        raise ValueError(f"a scale has at least two points, not {points}")
    step = Fraction(1, points - 1)
    peaks = [step * place for place in range(points)]
    return tuple((max(peak - step, Fraction(0)), peak, min(peak + step, Fraction(1))) for peak in peaks)


@dataclass(frozen=True)
class FuzzyConsensus:
    """One item: the experts' average triangle, their distance from it, and the defuzzified score.

    distance: the mean over experts of d; within: how many of n have d at most the threshold; percent: the same of
    100; score: the centre of the average, one number for the item. accepted: all three tests passed.
    """

    average: Triangle
    distance: float
    within: int
    n: int
    percent: Fraction
    score: Fraction
    accepted: bool


def fuzzy_delphi(
    values: Iterable[float],
    triangles: Sequence[Triangle],
    threshold: Fraction = Fraction(1, 5),
    percent: Fraction = Fraction(75),
    cut: Fraction = Fraction(1, 2),
    peak_weight: PeakWeight = 1,
) -> FuzzyConsensus | Undefined:
    """Fuzzy Delphi on one item; values: 1-D points from 1, NaN = no answer; triangles: one per scale point.

    d of an expert = sqrt(((m1 - n1)^2 + (m2 - n2)^2 + (m3 - n3)^2) / 3) from the average triangle n. The item is
    accepted when the mean d is at most `threshold` (0.2), at least `percent` (75 %) of the experts have d at most
    `threshold`, and the score (m1 + w m2 + m3) / (w + 2) of the average is at least the alpha-`cut` (0.5), w being
    `peak_weight`: 1, or 2 or 4 in studies that favour the peak. d runs from 0 to 1; an expert's is compared
    exactly, squared. One expert alone is at distance 0.
    Undefined when nobody rated; ValueError for a rating that is no point of the scale.
    """
    given = [value for value in values if not isnan(value)]
    if not given:
        return NO_RATINGS
    numbers = [_triangle_of(value, triangles) for value in given]
    n = len(numbers)
    low, peak, high = (sum((one[corner] for one in numbers), Fraction(0)) / n for corner in range(3))
    average = (low, peak, high)
    squared = [squared_distance(one, average) for one in numbers]
    distance = sum(sqrt(one) for one in squared) / n
    within = sum(one <= threshold**2 for one in squared)
    score = (low + peak_weight * peak + high) / (peak_weight + 2)
    # A mean of square roots: equality with the threshold must not turn on its last bit.
    close = distance <= float(threshold) * (1 + 1e-12)
    accepted = close and 100 * within >= percent * n and score >= cut
    return FuzzyConsensus(average, distance, within, n, Fraction(100 * within, n), score, accepted)


def squared_distance(one: Triangle, other: Triangle) -> Fraction:
    """d^2 of two triangular fuzzy numbers, the vertex method: the mean of the squared differences of the corners."""
    return sum(((a - b) ** 2 for a, b in zip(one, other, strict=True)), Fraction(0)) / 3


def _triangle_of(value: float, triangles: Sequence[Triangle]) -> Triangle:
    if value != int(value) or not 1 <= value <= len(triangles):
        raise ValueError(f"{value} is not a point on a scale of 1 to {len(triangles)}")
    return triangles[int(value) - 1]
