"""Answers of test experts: by lot, but such as people give, so that boards and feedback look as they will."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final

from delphi.scoring.scales import BANDS, Scale

FEWEST, MOST = 1, 30  # test experts in each panel
USUAL: Final = 6

# What share of raters is in the low, middle and high band: an item is of one of these kinds.
KINDS: Final[Mapping[str, tuple[int, int, int]]] = {
    "agreed": (2, 10, 88),
    "nearly": (8, 22, 70),
    "undecided": (20, 50, 30),
    "split": (45, 10, 45),
    "rejected": (78, 17, 5),
}
_FREQUENCY: Final = (40, 25, 15, 10, 10)
UNABLE: Final = 0.03
BLANK: Final = 0.02
HOLDS: Final = 0.6  # who rates again and stays


def kind_of(seed: str) -> str:
    """The kind of an item, the same one whenever it is asked."""
    return _lot(seed).choices(tuple(KINDS), _FREQUENCY)[0]


def answer(seed: str, kind: str, scale: Scale, before: int | None = None) -> tuple[int | None, bool] | None:
    """A point and whether unable to rate; None: nothing. `before` is what the same expert said of it last."""
    lot = _lot(seed)
    chance = lot.random()
    if chance < BLANK:
        return None
    if chance < BLANK + UNABLE:
        return None, True
    point = _point(lot, kind, scale)
    if before is None or lot.random() >= HOLDS:
        return point, False
    return before, False


def _point(lot: Random, kind: str, scale: Scale) -> int:
    band = lot.choices(BANDS, KINDS[kind])[0]
    return lot.choice(scale.range_of(band) or range(1, scale.points + 1))


def _lot(seed: str) -> Random:
    return Random(seed)  # noqa: S311 - nobody's secret
