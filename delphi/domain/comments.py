"""What a comment is, in its author's own words for it; the side it takes, and what may be read of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class CommentKind(StrEnum):
    FOR = "for"
    AGAINST = "against"
    WORDING = "wording"
    QUESTION = "question"


class Fate(StrEnum):
    """What became of a comment, as its author may know it."""

    WITH_TEAM = "with_team"  # nothing is decided in its round yet
    SHOWN = "shown"
    NOT_SHOWN = "not_shown"


def fate(*, decided: bool, shown: bool) -> Fate:
    """`shown`: it was among the comments that experts saw before rating again."""
    if not decided:
        return Fate.WITH_TEAM
    return Fate.SHOWN if shown else Fate.NOT_SHOWN


LONGEST_REDACTION = 4_000
LONGEST_REASON = 1_000
LONGEST_ANSWER = 2_000


class Redacted(StrEnum):
    """Whether words were taken out of a comment."""

    NO = "no"
    WAITING = "waiting"  # for a second person's release; until then the comment reaches nobody
    RELEASED = "released"


class Mark(NamedTuple):
    """What the team did with a comment for the feedback.

    As text it stands in forms, which tell by it whether somebody else chose meanwhile.
    """

    chosen: bool = False
    hidden: bool = False
    place: int | None = None

    def __str__(self) -> str:
        return f"{self.chosen:d}{self.hidden:d}{self.place or ''}"


SIDES = {"high": CommentKind.FOR, "low": CommentKind.AGAINST}


def side(band: str | None, kind: CommentKind | None) -> CommentKind | None:
    """The side a comment takes: by its author's rating, else by what its author called it."""
    if band is not None:
        return SIDES.get(band)
    return kind if kind in SIDES.values() else None


@dataclass(frozen=True)
class Balance:
    """How many of an item's comments take each side, and how many of those are chosen."""

    written: Counter[CommentKind | None]
    chosen: Counter[CommentKind | None]

    def missing(self, greater: CommentKind | None) -> CommentKind | None:
        """The side that has comments of which none is chosen, though others are; `greater` has the most raters.

        Of the two sides only the smaller counts, where one is smaller.
        """
        if not self.chosen.total():
            return None
        for one in SIDES.values():
            if one is not greater and self.written[one] and not self.chosen[one]:
                return one
        return None


def balance(comments: Iterable[tuple[CommentKind | None, bool]]) -> Balance:
    """From each comment's side and whether it is chosen."""
    sides = list(comments)
    return Balance(Counter(one for one, _ in sides), Counter(one for one, chosen in sides if chosen))
