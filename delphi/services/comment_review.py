"""Facilitators reading comments: choosing for feedback and hiding. Who wrote what is never told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import RoundState
from delphi.models import Account, Comment, Protocol, Rating, Round, StoredVerdict, Study
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
    """Comments ordered by item and then by their text, which says nothing of their authors."""
    criterion = next(
        iter(protocols.parsed(session.get_one(Protocol, closed.protocol_id)).rules.criteria.values())
    )
    query = (
        select(Comment, Rating.point, StoredVerdict.shown_groups)
        .outerjoin(
            Rating,
            (Rating.round_id == Comment.round_id)
            & (Rating.expert_id == Comment.expert_id)
            & (Rating.item_id == Comment.item_id)
            & (Rating.criterion == criterion.key),
        )
        .outerjoin(
            StoredVerdict,
            (StoredVerdict.round_id == Comment.round_id) & (StoredVerdict.item_id == Comment.item_id),
        )
        .where(Comment.round_id == closed.id, Comment.text != "")
        .order_by(Comment.item_id, Comment.text)
    )
    if item_id is not None:
        query = query.where(Comment.item_id == item_id)
    return [
        ReadComment(
            comment.id,
            comment.item_id,
            comment.text,
            comment.language,
            comment.chosen,
            comment.hidden,
            criterion.scale.band_of(point) if point is not None and POOLED in (shown or ()) else None,
        )
        for comment, point, shown in session.execute(query)
    ]


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
