"""Everything a page says of one item in one group of raters, from its counts alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from delphi.scoring.exact import NO_RATINGS, Exact, Undefined, exact_to_dict, percent
from delphi.scoring.proportions import Interval, wilson_interval
from delphi.scoring.quantiles import quantile
from delphi.scoring.scales import BANDS, Band, Scale

QUARTER = Fraction(1, 4)
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Summary:
    """One item's ratings on one criterion in one group.

    `n` raters gave a point, `unable` said they could not; percentages and everything after them have `n` as
    their denominator. `counts[0]` is the number of raters on point 1. Intervals are 95 % Wilson, in percent.
    `modes` holds every most frequent point, low to high. `quartiles` names the definition of q1, q3 and iqr.
    """

    n: int
    unable: int
    counts: tuple[int, ...]
    count_low: int
    count_middle: int
    count_high: int
    percent_low: Exact
    percent_middle: Exact
    percent_high: Exact
    interval_low: Interval | Undefined
    interval_high: Interval | Undefined
    median: Exact
    modes: tuple[int, ...]
    q1: Exact
    q3: Exact
    iqr: Exact
    quartiles: int

    def quantile(self, p: Fraction) -> Exact:
        """The p-quantile of these ratings by the same definition as the quartiles."""
        return quantile(ordered_points(self.counts), p, self.quartiles)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready and lossless: exact fractions as text beside their floats."""
        return {
            "n": self.n,
            "unable": self.unable,
            "counts": list(self.counts),
            "low": _band_to_dict(self.count_low, self.percent_low, self.interval_low),
            "middle": _band_to_dict(self.count_middle, self.percent_middle, None),
            "high": _band_to_dict(self.count_high, self.percent_high, self.interval_high),
            "median": exact_to_dict(self.median),
            "modes": list(self.modes),
            "q1": exact_to_dict(self.q1),
            "q3": exact_to_dict(self.q3),
            "iqr": exact_to_dict(self.iqr),
            "quartiles": self.quartiles,
        }


def _band_to_dict(count: int, share: Exact, interval: Interval | Undefined | None) -> dict[str, Any]:
    result: dict[str, Any] = {"count": count, "percent": exact_to_dict(share)}
    if isinstance(interval, tuple):
        result["interval"] = list(interval)
    return result


def ordered_points(counts: Sequence[int]) -> list[int]:
    """The ratings behind `counts`, low to high: (1, 0, 2) gives [1, 3, 3]."""
    return [point for point, count in enumerate(counts, 1) for _ in range(count)]


def summarise_counts(counts: Sequence[int], scale: Scale, *, unable: int = 0, quartiles: int = 7) -> Summary:
    """The summary of `counts`, one per point of `scale`; `unable` more could not rate and are only reported.

    Percent = 100 count / n, exact; intervals: Wilson (1927); median, q1 and q3: the quantiles 1/2, 1/4 and 3/4 by
    definition `quartiles` 6, 7 or 8 of Hyndman & Fan (1996); iqr = q3 - q1. With no rater all of these are
    undefined and there is no mode. ValueError when the number of counts is not the number of points, or for
    another definition.
    """
    if len(counts) != scale.points:
        raise ValueError(f"{len(counts)} counts for a scale of {scale.points} points")
    n = sum(counts)
    low, middle, high = (_in_band(counts, scale, band) for band in BANDS)
    values = ordered_points(counts)
    q1, q3 = quantile(values, QUARTER, quartiles), quantile(values, 1 - QUARTER, quartiles)
    return Summary(
        n=n,
        unable=unable,
        counts=tuple(counts),
        count_low=low,
        count_middle=middle,
        count_high=high,
        percent_low=percent(low, n),
        percent_middle=percent(middle, n),
        percent_high=percent(high, n),
        interval_low=_interval_in_percent(low, n),
        interval_high=_interval_in_percent(high, n),
        median=quantile(values, HALF, quartiles),
        modes=modes(counts),
        q1=q1,
        q3=q3,
        iqr=difference(q3, q1),
        quartiles=quartiles,
    )


def modes(counts: Sequence[int]) -> tuple[int, ...]:
    """Every most frequent point, low to high; none when nobody rated."""
    most = max(counts)
    return tuple(point for point, count in enumerate(counts, 1) if count == most and most > 0)


def difference(larger: Exact, smaller: Exact) -> Exact:
    """larger - smaller, undefined when either is."""
    if isinstance(larger, Undefined) or isinstance(smaller, Undefined):
        return NO_RATINGS
    return larger - smaller


def _in_band(counts: Sequence[int], scale: Scale, band: Band) -> int:
    return sum(counts[point - 1] for point in scale.range_of(band))


def _interval_in_percent(count: int, n: int) -> Interval | Undefined:
    interval = wilson_interval(count, n)
    if isinstance(interval, Undefined):
        return interval
    low, high = interval
    return 100 * low, 100 * high
