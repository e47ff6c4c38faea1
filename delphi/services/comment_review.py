"""Facilitators reading comments: choosing for feedback and hiding. Who wrote what is never told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import RoundState
from delphi.models import Account, Comment, Rating, Round, StoredVerdict, Study
from delphi.scoring.rules import POOLED
from delphi.services import history, protocols, rounds


@dataclass(frozen=True)
class ReadComment:
    """A comment and, where enough people rated the item, the band its author rated it in."""

    id: int
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
            comment.id,
            comment.item_id,
            comment.text,
            comment.language,
            comment.chosen,
            comment.hidden,
            band if comment.item_id in told else None,
        )
        for comment, band in with_bands(closed)
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
        .order_by(Comment.item_id, Comment.text)
    )
    return [
        (comment, None if point is None else criterion.scale.band_of(point))
        for comment, point in session.execute(query)
    ]


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
    by: Account,
    now: datetime,
) -> None:
    """Of the comments `seen` on the page, mark those chosen for feedback and those hidden (closed, not yet decided)."""
    closed = rounds.locked(round_id)
    if closed.study_id != study.id or closed.state is not RoundState.CLOSED:
        raise DomainError("round.wrong_state", move="choose comments", state=str(closed.state))
    of_page = Comment.round_id == closed.id, Comment.id.in_(seen)
    hidden_ids = set(hidden)
    session.execute(update(Comment).where(*of_page).values(chosen=False, hidden=False))
    session.execute(update(Comment).where(*of_page, Comment.id.in_(hidden_ids)).values(hidden=True))
    session.execute(
        update(Comment).where(*of_page, Comment.id.in_(set(chosen) - hidden_ids)).values(chosen=True)
    )
    facts = {"chosen": len(set(chosen) - hidden_ids), "hidden": len(hidden_ids)}
    history.record(study.id, "comments.chosen", by=by, now=now, number=closed.number, **facts)
