"""How a round is going: how many were asked, started and submitted, and how much each expert has answered."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.standing import Stage, stage
from delphi.domain.states import ExpertState
from delphi.models import (
    Expert,
    ItemPanel,
    Participation,
    Protocol,
    Rating,
    Round,
    RoundItem,
)
from delphi.services import keeping, protocols


class Totals(NamedTuple):
    asked: int
    started: int
    submitted: int


def totals(asked: Round) -> Totals:
    started = _started(asked)
    query = (
        select(
            func.count(Participation.id),
            func.count(started.c.expert_id),
            func.count(Participation.submitted_at),
        )
        .outerjoin(started, started.c.expert_id == Participation.expert_id)
        .where(Participation.round_id == asked.id)
    )
    return Totals(*session.execute(query).one())


def _started(asked: Round) -> Any:
    return select(Rating.expert_id).where(Rating.round_id == asked.id, keeping.given()).distinct().subquery()


class ExpertProgress(NamedTuple):
    """Where one expert stands. Pages tell numbers of many, or how far somebody is in steps."""

    expert_id: int
    code: str
    state: ExpertState
    opened: bool
    submitted: bool
    answered: int
    expected: int
    panels: frozenset[int]  # held in the round

    @property
    def stage(self) -> Stage:
        return stage(
            opened=self.opened, answered=self.answered, expected=self.expected, submitted=self.submitted
        )

    @property
    def left(self) -> int:
        return max(self.expected - self.answered, 0)

    @property
    def done(self) -> bool:
        return self.submitted or not self.left


def by_expert(asked: Round, expert_id: int | None = None) -> list[ExpertProgress]:
    """Everyone asked, or one of them; a number of statements that does not grow."""
    query = (
        select(Participation, Expert.code, Expert.state)
        .join(Expert, Expert.id == Participation.expert_id)
        .where(Participation.round_id == asked.id)
    )
    if expert_id is not None:
        query = query.where(Participation.expert_id == expert_id)
    asked_ones = session.execute(query.options(selectinload(Participation.panels))).all()
    if not asked_ones:
        return []
    answered = _answered(asked, expert_id)
    panels_of_items = _panels_of_items(asked)
    criteria = _criteria(asked)
    return [
        ExpertProgress(
            one.expert_id,
            code,
            state,
            one.opened_at is not None,
            one.submitted_at is not None,
            answered.get(one.expert_id, 0),
            criteria * _items_for(held, panels_of_items),
            held,
        )
        for one, code, state in asked_ones
        for held in [frozenset(row.panel_id for row in one.panels)]
    ]


def _answered(asked: Round, expert_id: int | None) -> dict[int, int]:
    query = select(Rating.expert_id, func.count()).where(Rating.round_id == asked.id, keeping.given())
    if expert_id is not None:
        query = query.where(Rating.expert_id == expert_id)
    return dict(session.execute(query.group_by(Rating.expert_id)).all())


def _panels_of_items(asked: Round) -> list[set[int]]:
    """For each item of the round the panels it is for; none: every panel."""
    rows = session.execute(
        select(RoundItem.item_id, ItemPanel.panel_id)
        .outerjoin(ItemPanel, ItemPanel.item_id == RoundItem.item_id)
        .where(RoundItem.round_id == asked.id)
    )
    panels: dict[int, set[int]] = defaultdict(set)
    for item_id, panel_id in rows:
        panels[item_id] |= {panel_id} if panel_id is not None else set()
    return list(panels.values())


def _items_for(held: frozenset[int], panels_of_items: list[set[int]]) -> int:
    return sum(not panels or bool(panels & held) for panels in panels_of_items)


def _criteria(asked: Round) -> int:
    protocol = session.get(Protocol, asked.protocol_id) if asked.protocol_id else None
    return len(protocols.parsed(protocol).rules.criteria) if protocol else 1
