"""The history as it is read: a sentence each, and once where the same happened several times on end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from delphi.services.history import Happening
from delphi.words import events


class Told(NamedTuple):
    text: str
    by: str | None
    at: datetime  # the latest of them
    times: int


def told(happenings: Iterable[Happening]) -> list[Told]:
    """Newest first, as they come."""
    found = []
    for (text, by), same in groupby(happenings, lambda one: (_sentence(one), one.by)):
        first, *others = same
        found.append(Told(text, by, first.event.happened_at, 1 + len(others)))
    return found


def _sentence(one: Happening) -> str:
    return events.sentence(one.event.kind, one.event.facts, one.person)
