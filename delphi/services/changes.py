"""What experts change on a page of cards: saved together, each judged by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.changes import Answer, Change, CommentGiven, given_at, place_of
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.schedule import accepts_answers
from delphi.models import Comment, Rating, Round
from delphi.services import answering, comments, ratings
from delphi.services.answering import Asked
from delphi.services.keeping import Given, Kept
from delphi.services.links import Visit


@dataclass(frozen=True)
class Saved:
    """What became of a change: the answer that counts now, or why it can never be one."""

    change: Change
    answer: Answer | None = None
    at: datetime | None = None
    newer: bool = False  # another answer counts, given later
    error: DomainError | None = None


def save(visit: Visit, round_id: int, changes: Sequence[Change], language: str, now: datetime) -> list[Saved]:
    """Save changes in order; one that can never be an answer is refused alone, a closed round refuses all."""
    asked = answering.asked(visit, round_id, {change.answer.item_id for change in changes}, now)
    saved: list[Saved] = []
    for change in changes:
        saved.append(_save(visit, asked, _after(change, saved), language, now))
    return saved


def current(
    visit: Visit, round_id: int, items: Collection[int], now: datetime
) -> tuple[bool, list[tuple[Answer, datetime]]]:
    """Whether the round still takes answers, and those that count now."""
    found = session.get(Round, round_id)
    if found is None or found.study_id != visit.study.id:
        raise NotFound("round.not_found")
    rated = select(Rating).where(Rating.round_id == round_id, Rating.item_id.in_(items))
    written = select(Comment).where(Comment.round_id == round_id, Comment.item_id.in_(items))
    own_ratings = session.scalars(rated.where(Rating.expert_id == visit.expert.id))
    own_comments = session.scalars(written.where(Comment.expert_id == visit.expert.id))
    answers: list[tuple[Answer, datetime]] = [
        *((ratings.given(one), one.updated_at) for one in own_ratings),
        *((comments.given(one), one.updated_at) for one in own_comments),
    ]
    return accepts_answers(found.state, found.closes_at, now), answers


def _save(visit: Visit, asked: Asked, change: Change, language: str, now: datetime) -> Saved:
    given = Given(given_at(change, asked.round.opened_at, now), change.key)
    try:
        kept = _keep(visit, asked, change.answer, given, language)
    except DomainError as error:
        return Saved(change, error=error)
    return Saved(change, replace(change.answer, **kept.answer), kept.at, kept.newer)


def _keep(visit: Visit, asked: Asked, answer: Answer, given: Given, language: str) -> Kept:
    if isinstance(answer, CommentGiven):
        return comments.keep(visit, asked, answer, given, language)
    return ratings.keep(visit, asked, answer, given)


def _after(change: Change, saved: Sequence[Saved]) -> Change:
    """A change comes after what its device sent before it for the same place, unless that did not count."""
    earlier = [
        one.at
        for one in saved
        if one.at and not one.newer and place_of(one.change.answer) == place_of(change.answer)
    ]
    seen = max([moment for moment in (change.seen, *earlier) if moment is not None], default=None)
    return replace(change, seen=seen)
