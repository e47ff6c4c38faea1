"""Keeping comments: what was written stays in the history, even when it is taken back."""

from __future__ import annotations

from sqlalchemy import select

from delphi.db import session
from delphi.domain.changes import CommentGiven
from delphi.domain.errors import DomainError
from delphi.domain.texts import clean
from delphi.models import Comment, Expert
from delphi.services import keeping
from delphi.services.answering import Asked
from delphi.services.keeping import Given, Kept
from delphi.services.links import Visit

LONGEST = 4_000


def keep(visit: Visit, asked: Asked, comment: CommentGiven, given: Given, language: str) -> Kept:
    """Store a comment on an item; an empty one takes it back.

    In a round that was opened again, the team has not read what it says now: it is no longer chosen for the feedback.
    """
    wording_id = asked.wording_of(comment.item_id)
    text = clean(comment.text)
    if len(text) > LONGEST:
        raise DomainError("comment.too_long", most=LONGEST, length=len(text))
    place = {"round_id": asked.round.id, "expert_id": visit.expert.id, "item_id": comment.item_id}
    answer = {"text": text, "kind": comment.kind if text else None}
    beside = {"wording_id": wording_id, "language": language, "chosen": False, "place": None}
    return keeping.keep(Comment, place, answer, beside, given, empty=not text)


def given(comment: Comment) -> CommentGiven:
    """A stored comment as it was given."""
    return CommentGiven(comment.item_id, comment.text, comment.kind)


def of(expert: Expert, round_id: int) -> dict[int, Comment]:
    """Item id -> this expert's comment in one round; empty ones were taken back."""
    query = select(Comment).where(Comment.round_id == round_id, Comment.expert_id == expert.id)
    return {comment.item_id: comment for comment in session.scalars(query)}
