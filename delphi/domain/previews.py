"""What rules would do, before anybody has answered: votes needed, and verdicts on invented items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.content_validity import cvr_critical
from delphi.scoring.engine import COMPARE, ItemRatings, Judgement, judge
from delphi.scoring.exact import Undefined
from delphi.scoring.protocol import Protocol
from delphi.scoring.rules import Condition
from delphi.scoring.scales import BANDS, Band, Scale
from delphi.scoring.summaries import summarise_counts

Shares = tuple[int, int, int]  # per cent of raters in the low, middle and high band

EVERYWHERE: Final[dict[str, Shares]] = {
    "agree_high": (0, 8, 92),
    "just_high": (10, 17, 73),
    "objectors": (22, 5, 73),
    "dissent": (5, 10, 85),  # but one panel, see DISSENT
    "split": (50, 0, 50),
    "undecided": (15, 70, 15),
    "agree_low": (90, 10, 0),
    "few": (0, 0, 100),  # from FEW raters only
}
DISSENT: Final[Shares] = (45, 30, 25)
FEW: Final = 3


@dataclass(frozen=True)
class Votes:
    """How many of `n` raters a condition asks for: from `least` to `most`; None: no number will do."""

    n: int
    least: int | None
    most: int | None

    @property
    def always(self) -> bool:
        return (self.least, self.most) == (0, self.n)


@dataclass(frozen=True)
class Example:
    """An invented item: what it is an example of, and what the rules say of it."""

    code: str
    judgement: Judgement

    def counts(self, criterion: str) -> tuple[int, ...]:
        return self.judgement.summaries[criterion]["pooled"].counts


@lru_cache(maxsize=1024)
def votes(condition: Condition, scale: Scale, n: int) -> Votes | None:
    """None for a condition that does not count raters in a band, or that depends on other items."""
    band = STATISTICS[condition.statistic].band
    if band is None or condition.threshold == "apmo" or not scale.range_of(band):
        return None
    points = _in_and_out(scale, band)
    enough = [k for k in range(n + 1) if _holds(condition, scale, points, k, n)]
    return Votes(n, min(enough, default=None), max(enough, default=None))


def _in_and_out(scale: Scale, band: Band) -> tuple[int, int]:
    """A point inside the band, and one outside it."""
    outside = next(point for point in range(1, scale.points + 1) if scale.band_of(point) != band)
    return scale.range_of(band)[0], outside


def _holds(condition: Condition, scale: Scale, points: tuple[int, int], k: int, n: int) -> bool:
    counts = [0] * scale.points
    counts[points[0] - 1], counts[points[1] - 1] = k, n - k
    value = STATISTICS[condition.statistic].value(summarise_counts(counts, scale))
    threshold = cvr_critical(n) if condition.threshold == "critical" else condition.threshold
    if isinstance(value, Undefined) or not isinstance(threshold, Fraction):
        return False
    return COMPARE[condition.comparison](value, threshold)


def examples(protocol: Protocol, sizes: Mapping[str, int]) -> list[Example]:
    """The verdict on each invented item, judged as one round; at least one panel is needed."""
    codes = [code for code in EVERYWHERE if code != "dissent" or len(sizes) > 1]
    items = [_item(code, protocol, sizes) for code in codes]
    return [Example(code, found) for code, found in zip(codes, judge(protocol, items), strict=True)]


def _item(code: str, protocol: Protocol, sizes: Mapping[str, int]) -> ItemRatings:
    owners = [name for name, size in sizes.items() for _ in range(size)]
    values = {
        criterion.key: np.array(list(_answers(code, criterion.scale, sizes)), float)
        for criterion in protocol.criteria.values()
    }
    panels = {name: np.array([owner == name for owner in owners], bool) for name in sizes}
    return ItemRatings(code, values, panels=panels)


def _answers(code: str, scale: Scale, sizes: Mapping[str, int]) -> Iterator[float]:
    last = list(sizes)[-1]
    for name, size in sizes.items():
        shares = DISSENT if code == "dissent" and name == last else EVERYWHERE[code]
        raters = min(FEW, size) if code == "few" else size
        yield from _points(scale, shares, raters)
        yield from [float("nan")] * (size - raters)


def _points(scale: Scale, shares: Shares, raters: int) -> Iterator[float]:
    """One point a rater; the raters of a band take its points in turn."""
    for band, count in zip(BANDS, _portions(shares, raters), strict=True):
        points = scale.range_of(band) or range(1, scale.points + 1)
        yield from (float(points[place % len(points)]) for place in range(count))


def _portions(shares: Shares, raters: int) -> list[int]:
    """Whole numbers that add up to `raters`, by largest remainder."""
    exact = [Fraction(share * raters, 100) for share in shares]
    whole = [int(part) for part in exact]
    by_remainder = sorted(range(3), key=lambda band: whole[band] - exact[band])
    for band in by_remainder[: raters - sum(whole)]:
        whole[band] += 1
    return whole
