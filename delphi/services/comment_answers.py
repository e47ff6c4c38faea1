"""Telling experts what the team did with a comment: to its author, and beside the comment where others read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from delphi.db import Translated, session
from delphi.domain.comments import LONGEST_ANSWER
from delphi.domain.errors import DomainError, NotFound
from delphi.models import Account, Comment, CommentAnswer, Item, Round, Study, Wording
from delphi.services import history, presentations


@dataclass(frozen=True)
class Answer:
    """The answer that counts; `wording` is the number of the new wording the comment led to."""

    text: Translated
    wording_id: int | None
    wording: int | None
    answer_id: int = 0


def latest(comment_ids: Iterable[int]) -> dict[int, Translated]:
    """What was answered to each of these comments, where something was."""
    return {comment_id: one.text for comment_id, one in of(comment_ids).items()}


def of(comment_ids: Iterable[int]) -> dict[int, Answer]:
    """By comment; one taken back has no text and is not among them."""
    return _of(list(comment_ids))


def of_study(study: Study) -> dict[int, Answer]:
    """Of every comment of the study."""
    comments = select(Comment.id).join(Round, Round.id == Comment.round_id).where(Round.study_id == study.id)
    return _of(comments)


def _of(comments: Select[int] | list[int]) -> dict[int, Answer]:
    last = select(func.max(CommentAnswer.id)).group_by(CommentAnswer.comment_id)
    query = (
        select(CommentAnswer, Wording.number)
        .outerjoin(Wording, Wording.id == CommentAnswer.wording_id)
        .where(CommentAnswer.id.in_(last), CommentAnswer.comment_id.in_(comments))
    )
    return {
        row.comment_id: Answer(row.text, row.wording_id, number, row.id)
        for row, number in session.execute(query)
        if row.text
    }


def answer(
    study: Study,
    round_: Round,
    comment: Comment,
    text: Translated,
    wording_id: int | None,
    *,
    by: Account,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Replaces an earlier one, which stays on record; without a text there is none any more.

    `seen`: the answer that its writer had in view (0: none); None replaces whatever there is.
    """
    kept = presentations.texts_of(study, text)
    if any(len(one) > LONGEST_ANSWER for one in kept.values()):
        raise DomainError("comment_answer.too_long", most=LONGEST_ANSWER)
    if wording_id is not None and not kept:
        raise DomainError("comment_answer.empty")
    if wording_id is not None:
        _check_wording(study, wording_id)
    before = of([comment.id]).get(comment.id)
    if (before.text, before.wording_id) == (kept, wording_id) if before else not kept:
        return
    if seen not in (None, before.answer_id if before else 0):
        raise DomainError("comment_answer.made_meanwhile")
    session.add(
        CommentAnswer(comment_id=comment.id, text=kept, wording_id=wording_id, made_by_id=by.id, made_at=now)
    )
    session.flush()
    history.record(study.id, "comment.answered", by, now=now, number=round_.number)


def wordings_after(comment: Comment) -> list[Wording]:
    """The item's wordings made since the one commented on."""
    shown = select(Wording.number).where(Wording.id == comment.wording_id).scalar_subquery()
    query = select(Wording).where(Wording.item_id == comment.item_id, Wording.number > shown)
    return list(session.scalars(query.order_by(Wording.number)))


def _check_wording(study: Study, wording_id: int) -> None:
    """It may be that of another item, which this one was split or merged into; of another study never."""
    known = select(Wording.id).join(Item, Item.id == Wording.item_id)
    if session.scalar(known.where(Wording.id == wording_id, Item.study_id == study.id)) is None:
        raise NotFound("comment_answer.wording_unknown")
