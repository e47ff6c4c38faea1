"""Answers as a device sends them, and when each was given: the last one given is the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from delphi.domain.comments import CommentKind


@dataclass(frozen=True)
class RatingGiven:
    """A point, or unable to rate, or neither to take an answer back; with what may be said beside it."""

    item_id: int
    criterion: str
    point: int | None = None
    unable: bool = False
    unable_reason: str = ""
    moved_because: str = ""


@dataclass(frozen=True)
class CommentGiven:
    """An empty text takes a comment back."""

    item_id: int
    text: str
    kind: CommentKind | None = None


Answer = RatingGiven | CommentGiven


@dataclass(frozen=True)
class Change:
    """An answer given on a device.

    `key` is the device's own name for it, `age` how long ago it was given there, and `seen` the time of the answer
    that it replaced on the screen.
    """

    answer: Answer
    key: str | None = None
    age: timedelta = timedelta(0)
    seen: datetime | None = None


def given_at(change: Change, opened_at: datetime | None, now: datetime) -> datetime:
    """When an answer was given: after the one it replaced and after the opening of its round, not in the future.

    Ages alone would not do: a slow connection makes an answer look younger than the next one.
    """
    earliest = [moment for moment in (opened_at, change.seen) if moment is not None]
    return min(now, max(now - change.age, *earliest)) if earliest else min(now, now - change.age)


def place_of(answer: Answer) -> tuple[int, str | None]:
    """What an answer answers: an item's criterion, or its comment."""
    return answer.item_id, answer.criterion if isinstance(answer, RatingGiven) else None
