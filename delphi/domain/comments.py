"""What a comment is, in its author's own words for it."""

from __future__ import annotations

from enum import StrEnum


class CommentKind(StrEnum):
    FOR = "for"
    AGAINST = "against"
    WORDING = "wording"
    QUESTION = "question"
