"""Rating scales: ordered points 1..K, divided into a low, a middle and a high band."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Band = Literal["low", "middle", "high"]
Span = tuple[int, int]

BANDS: Final[tuple[Band, ...]] = ("low", "middle", "high")

MINIMUM_POINTS = 2
MAXIMUM_POINTS = 11


@dataclass(frozen=True)
class Bands:
    """First and last point of each band; `middle` is None on a scale without one."""

    low: Span
    middle: Span | None
    high: Span

    def named(self) -> Iterator[tuple[Band, Span]]:
        """The bands that exist, from low to high."""
        yield "low", self.low
        if self.middle is not None:
            yield "middle", self.middle
        yield "high", self.high


@dataclass(frozen=True)
class ScaleProblem:
    """What is wrong with a scale: the band it concerns, a code of `problems.PROBLEMS`, its parameters."""

    band: Band | None
    code: str
    params: dict[str, int]


def scale_problems(points: int, bands: Bands | None = None) -> list[ScaleProblem]:
    """What keeps a scale from having `points` points, or `bands` from covering them once and in order."""
    if not MINIMUM_POINTS <= points <= MAXIMUM_POINTS:
        limits = {"points": points, "minimum": MINIMUM_POINTS, "maximum": MAXIMUM_POINTS}
        return [ScaleProblem(None, "points_out_of_range", limits)]
    problems: list[ScaleProblem] = []
    covered = 0
    for band, (first, last) in bands.named() if bands else ():
        problems += _band_problems(band, first, last, covered, points)
        covered = max(covered, last)
    if bands and covered < points:
        problems.append(ScaleProblem("high", "bands_gap", {"first": covered + 1, "last": points}))
    return problems


def _band_problems(band: Band, first: int, last: int, covered: int, points: int) -> Iterator[ScaleProblem]:
    if last < first:
        yield ScaleProblem(band, "band_reversed", {"first": first, "last": last})
    elif first < 1 or last > points:
        yield ScaleProblem(band, "band_outside", {"first": first, "last": last, "points": points})
    elif first <= covered:
        yield ScaleProblem(band, "bands_overlap", {"first": first, "covered": covered})
    elif first > covered + 1:
        yield ScaleProblem(band, "bands_gap", {"first": covered + 1, "last": first - 1})


@dataclass(frozen=True)
class Scale:
    """Points 1..`points` (2 to 11) and their bands; raises ValueError when the bands do not cover them."""

    points: int
    bands: Bands

    def __post_init__(self) -> None:
        problems = scale_problems(self.points, self.bands)
        if problems:
            raise ValueError("; ".join(f"{p.code} {p.params}" for p in problems))

    @classmethod
    def default(cls, points: int) -> "Scale":
        """Thirds, the outer ones rounded to the nearest point; four points in halves.

        2: 1 / 2, 3: 1 / 2 / 3, 4: 1-2 / 3-4, 5: 1-2 / 3 / 4-5, 7: 1-2 / 3-5 / 6-7, 9: 1-3 / 4-6 / 7-9, GRADE's "not
        important", "important but not critical" and "critical".
        """
        outer = 2 if points == 4 else round(points / 3)
        middle = (outer + 1, points - outer) if points > 2 * outer else None
        return cls(points, Bands((1, outer), middle, (points - outer + 1, points)))

    def band_of(self, point: int) -> Band:
        """The band that holds `point`; ValueError outside 1..points."""
        for band, (first, last) in self.bands.named():
            if first <= point <= last:
                return band
        raise ValueError(f"point {point} is not on a scale of 1 to {self.points}")

    def range_of(self, band: Band) -> range:
        """The points of `band`; empty for the middle of a scale that has none."""
        first, last = dict(self.bands.named()).get(band, (1, 0))
        return range(first, last + 1)
