"""Reading wordings, with their texts, in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.models import Round, RoundItem, Wording


def of(wording_ids: Collection[int | None]) -> dict[int | None, Wording]:
    """Wordings by their id; a round that has not opened has none fixed yet."""
    query = (
        select(Wording).where(Wording.id.in_(set(wording_ids) - {None})).options(selectinload(Wording.texts))
    )
    return {wording.id: wording for wording in session.scalars(query)}


def numbers(opened: Round) -> dict[int, int]:
    """The number of the wording that each item of a round showed, by the item's id."""
    query = select(RoundItem.item_id, Wording.number).join(Wording, Wording.id == RoundItem.wording_id)
    return dict(session.execute(query.where(RoundItem.round_id == opened.id)).all())


def every(item_ids: Collection[int]) -> Mapping[int, list[Wording]]:
    """All wordings of each item, the first first, by the item's id."""
    query = select(Wording).where(Wording.item_id.in_(item_ids)).options(selectinload(Wording.texts))
    found: dict[int, list[Wording]] = defaultdict(list)
    for wording in session.scalars(query.order_by(Wording.number)):
        found[wording.item_id].append(wording)
    return found


def current(item_ids: Collection[int]) -> dict[int, Wording]:
    """The latest wording of each item, by the item's id."""
    numbers = (
        select(Wording.item_id, func.max(Wording.number).label("number"))
        .where(Wording.item_id.in_(item_ids))
        .group_by(Wording.item_id)
        .subquery()
    )
    query = (
        select(Wording)
        .join(numbers, (numbers.c.item_id == Wording.item_id) & (numbers.c.number == Wording.number))
        .options(selectinload(Wording.texts))
    )
    return {wording.item_id: wording for wording in session.scalars(query)}
