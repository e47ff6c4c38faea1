"""Lists that people put in order, a place at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def shifted(line: Sequence[T], one: T, step: int) -> list[T]:
    """The line with `one` a place up (-1) or down (+1); at its end nothing changes."""
    place = line.index(one)
    others = [*line[:place], *line[place + 1 :]]
    others.insert(max(place + step, 0), one)
    return others
