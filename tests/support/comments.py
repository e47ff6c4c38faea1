"""Comments on items of a round, put together row by row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.comments import CommentKind
from delphi.models import Comment, Round, RoundItem
from tests.support.rounds import World


def write(
    world: World,
    asked: Round,
    code: str,
    panel: str,
    number: int,
    text: str,
    now: datetime,
    kind: CommentKind | None = None,
) -> Comment:
    """By the panel's expert with that number, on the item with that code."""
    item = world.items[code]
    wording = select(RoundItem.wording_id).where(RoundItem.round_id == asked.id, RoundItem.item_id == item.id)
    made = Comment(
        round_id=asked.id,
        expert_id=world.experts[panel][number].id,
        item_id=item.id,
        wording_id=session.scalars(wording).one(),
        text=text,
        language="en",
        kind=kind,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    return made
