"""Reading how items came from one another: merged into one, or split into several."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from delphi.db import session
from delphi.models import Item, ItemDescent, Study


@dataclass(frozen=True)
class Step:
    """`source` was merged into, or split to give, `result`."""

    source: Item
    result: Item
    descent: ItemDescent


def of(item: Item) -> tuple[list[Step], list[Step]]:
    """Where an item came from, and what it became."""
    steps = _read(or_(ItemDescent.from_id == item.id, ItemDescent.into_id == item.id))
    return [one for one in steps if one.result is item], [one for one in steps if one.source is item]


def into(item_ids: Collection[int]) -> dict[int, list[Step]]:
    """What each of the items became, by its id."""
    found: dict[int, list[Step]] = {}
    for step in _read(ItemDescent.from_id.in_(item_ids)):
        found.setdefault(step.source.id, []).append(step)
    return found


def of_study(study: Study) -> Sequence[Step]:
    return _read(ItemDescent.study_id == study.id)


def _read(which: ColumnElement[bool]) -> list[Step]:
    source, result = aliased(Item), aliased(Item)
    query = (
        select(source, result, ItemDescent)
        .join(ItemDescent, ItemDescent.from_id == source.id)
        .join(result, result.id == ItemDescent.into_id)
        .where(which)
        .order_by(ItemDescent.id)
    )
    return [Step(*row) for row in session.execute(query)]
