"""What a comment is, in its author's own words for it."""

from __future__ import annotations

from enum import StrEnum


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
