"""Reading how items came from one another: merged into one, or split into several."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from delphi.db import session
from delphi.domain.states import Descent
from delphi.models import Item, ItemDescent, Study


@dataclass(frozen=True)
class Step:
    """`source` was merged into, or split to give, `result`."""

    source: Item
    result: Item
    descent: ItemDescent


@dataclass(frozen=True)
class Act:
    """One merge or one split, of however many items."""

    steps: Sequence[Step]

    @property
    def kind(self) -> Descent:
        return self.steps[0].descent.kind

    @property
    def reason(self) -> str:
        return self.steps[0].descent.reason

    @property
    def made_at(self) -> datetime:
        return self.steps[0].descent.made_at

    @property
    def sources(self) -> list[Item]:
        return list(dict.fromkeys(step.source for step in self.steps))

    @property
    def results(self) -> list[Item]:
        return list(dict.fromkeys(step.result for step in self.steps))

    @property
    def one(self) -> Item:
        """What items were merged into, or what was split."""
        return self.steps[0].result if self.kind is Descent.MERGED else self.steps[0].source

    @property
    def others(self) -> list[Item]:
        return self.sources if self.kind is Descent.MERGED else self.results


def acts(steps: Iterable[Step]) -> list[Act]:
    """The merges and splits that the steps belong to, in order."""
    found: dict[object, list[Step]] = {}
    for step in steps:
        alone = Act([step]).one.id
        key = (step.descent.kind, alone, step.descent.made_at, step.descent.reason)
        found.setdefault(key, []).append(step)
    return [Act(together) for together in found.values()]


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
