"""Freezing what experts see of a round."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from delphi.db import session
from delphi.domain import feedback as rules
from delphi.models import Comment, Feedback, Protocol, Rating, Round, RoundItem, Wording
from delphi.services import protocols, verdicts


def freeze(decided: Round, *, now: datetime) -> None:
    rows = [
        {"round_id": decided.id, "item_id": item_id, "content": content, "frozen_at": now}
        for item_id, content in preview(decided).items()
    ]
    if rows:
        session.execute(insert(Feedback), rows)


def preview(closed: Round) -> dict[int, dict[str, Any]]:
    """Item -> the feedback as it would be frozen now."""
    policy = protocols.parsed(session.get_one(Protocol, closed.protocol_id)).feedback
    numbers = dict(
        session.execute(
            select(RoundItem.item_id, Wording.number)
            .join(Wording, Wording.id == RoundItem.wording_id)
            .where(RoundItem.round_id == closed.id)
        ).all()
    )
    chosen = _chosen(closed)
    return {
        item_id: rules.content(
            stored.judgement,
            number=closed.number,
            wording=numbers[item_id],
            shown_groups=stored.shown_groups,
            policy=policy,
            comments=chosen.get(item_id, ()),
        )
        for item_id, stored in verdicts.of_round(closed).items()
    }


def _chosen(closed: Round) -> dict[int, list[rules.ChosenComment]]:
    """The comments picked for feedback. Ordered by their text: the order of writing would tell who wrote first."""
    protocol = protocols.parsed(session.get_one(Protocol, closed.protocol_id))
    criterion = next(iter(protocol.rules.criteria.values()))
    query = (
        select(Comment.item_id, Comment.text, Comment.language, Rating.point)
        .outerjoin(
            Rating,
            (Rating.round_id == Comment.round_id)
            & (Rating.expert_id == Comment.expert_id)
            & (Rating.item_id == Comment.item_id)
            & (Rating.criterion == criterion.key),
        )
        .where(Comment.round_id == closed.id, Comment.chosen, ~Comment.hidden, Comment.text != "")
        .order_by(Comment.item_id, Comment.text)
    )
    found: dict[int, list[rules.ChosenComment]] = defaultdict(list)
    for item_id, text, language, point in session.execute(query):
        band = None if point is None else criterion.scale.band_of(point)
        found[item_id].append(rules.ChosenComment(text, language, band))
    return found
