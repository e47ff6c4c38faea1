"""Saving comments: what was written stays in the history, even when it is taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.texts import clean
from delphi.models import Comment, CommentChange, Expert
from delphi.services import answering, keeping
from delphi.services.links import Visit

LONGEST = 4_000


def save(visit: Visit, round_id: int, item_id: int, text: str, language: str, now: datetime) -> None:
    """Store a comment on an item; an empty one takes it back."""
    asked = answering.asked(visit, round_id, item_id, now)
    text = clean(text)
    if len(text) > LONGEST:
        raise DomainError("comment.too_long", most=LONGEST, length=len(text))
    place = {"round_id": round_id, "expert_id": visit.expert.id, "item_id": item_id}
    beside = {"wording_id": asked.wording_id, "language": language, "updated_at": now}
    keep = keeping.put if text else keeping.empty
    changed = keep(Comment, place, {"text": text}, beside)
    if changed is not None:
        session.execute(insert(CommentChange).values(comment_id=changed, text=text, changed_at=now))


def of(expert: Expert, round_id: int) -> dict[int, str]:
    """Item id -> this expert's comment in one round."""
    query = select(Comment).where(Comment.round_id == round_id, Comment.expert_id == expert.id)
    return {comment.item_id: comment.text for comment in session.scalars(query) if comment.text}
