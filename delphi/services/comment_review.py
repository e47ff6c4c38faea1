"""Facilitators reading comments: choosing for feedback and hiding. Who wrote what is never told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import RoundState
from delphi.models import Account, Comment, Rating, Round, StoredVerdict, Study
from delphi.scoring.rules import POOLED
from delphi.services import history, protocols, rounds


@dataclass(frozen=True)
class ReadComment:
    """A comment and, where enough people rated the item, the band its author rated it in.

    `number` is its place among the round's comments and stands for it in forms: the ids of comments that one person
    wrote in a row would tell that they are by one person.
    """

    number: int
    item_id: int
    text: str
    language: str
    chosen: bool
    hidden: bool
    band: str | None


def of_round(closed: Round, item_id: int | None = None) -> list[ReadComment]:
    """What facilitators read of a round, or of one item in it."""
    told = _items_with_numbers(closed)
    return [
        ReadComment(
            number,
            comment.item_id,
            comment.text,
            comment.language,
            comment.chosen,
            comment.hidden,
            band if comment.item_id in told else None,
        )
        for number, (comment, band) in enumerate(with_bands(closed), start=1)
        if item_id in (None, comment.item_id)
    ]


def with_bands(closed: Round) -> list[tuple[Comment, str | None]]:
    """Each comment and the band its author rated the item in, by item and then by text.

    The order of writing would tell who wrote first.
    """
    criterion = next(iter(protocols.of_round(closed).rules.criteria.values()))
    query = (
        select(Comment, Rating.point)
        .outerjoin(
            Rating,
            (Rating.round_id == Comment.round_id)
            & (Rating.expert_id == Comment.expert_id)
            & (Rating.item_id == Comment.item_id)
            & (Rating.criterion == criterion.key),
        )
        .where(Comment.round_id == closed.id, Comment.text != "")
        .order_by(Comment.item_id, Comment.text, Comment.id)
    )
    return [
        (comment, None if point is None else criterion.scale.band_of(point))
        for comment, point in session.execute(query)
    ]


def total(closed: Round) -> int:
    """How many comments the round has."""
    return session.scalar(select(func.count()).where(Comment.round_id == closed.id, Comment.text != "")) or 0


def _items_with_numbers(closed: Round) -> set[int]:
    """The items that enough people rated for a band to tell nobody apart."""
    query = select(StoredVerdict.item_id, StoredVerdict.shown_groups)
    found = session.execute(query.where(StoredVerdict.round_id == closed.id))
    return {item_id for item_id, groups in found if POOLED in groups}


def choose(
    study: Study,
    round_id: int,
    seen: Collection[int],
    chosen: Collection[int],
    hidden: Collection[int],
    *,
    total: int,
    by: Account,
    now: datetime,
) -> None:
    """Of the comments `seen` on the page, by number, mark those chosen for feedback and those hidden.

    Only between closing and deciding: then nobody writes any more. Whoever leaves may take comments along, so the
    page says how many there were in `total`: with another number the places are no longer those it showed.
    """
    closed = rounds.locked(round_id)
    if closed.study_id != study.id or closed.state is not RoundState.CLOSED:
        raise DomainError("round.wrong_state", move="choose comments", state=str(closed.state))
    numbered = dict(enumerate((comment for comment, _ in with_bands(closed)), start=1))
    if len(numbered) != total:
        raise DomainError("comment.list_changed")
    for number in numbered.keys() & set(seen):
        numbered[number].hidden = number in hidden
        numbered[number].chosen = number in chosen and number not in hidden
    facts = {"chosen": len(set(chosen) - set(hidden)), "hidden": len(set(hidden))}
    history.record(study.id, "comments.chosen", by=by, now=now, number=closed.number, **facts)
