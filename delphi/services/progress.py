"""How a round is going: who was asked, who started, who submitted, by panel. Pages show numbers only."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.models import (
    ItemPanel,
    Panel,
    Participation,
    ParticipationPanel,
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


class PanelProgress(NamedTuple):
    panel: Panel
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


def by_panel(asked: Round) -> list[PanelProgress]:
    """An expert in two panels counts in both."""
    started = _started(asked)
    query = (
        select(
            Panel,
            func.count(Participation.id),
            func.count(started.c.expert_id),
            func.count(Participation.submitted_at),
        )
        .join(ParticipationPanel, ParticipationPanel.panel_id == Panel.id)
        .join(Participation, Participation.id == ParticipationPanel.participation_id)
        .outerjoin(started, started.c.expert_id == Participation.expert_id)
        .where(Participation.round_id == asked.id)
        .group_by(Panel.id)
        .order_by(Panel.position, Panel.id)
    )
    return [PanelProgress(*row) for row in session.execute(query)]


def _started(asked: Round) -> Any:
    return select(Rating.expert_id).where(Rating.round_id == asked.id, keeping.given()).distinct().subquery()


class ExpertProgress(NamedTuple):
    """Where one expert stands. Only the platform itself reads it, to decide on reminders."""

    expert_id: int
    opened: bool
    submitted: bool
    answered: int
    expected: int

    @property
    def left(self) -> int:
        return max(self.expected - self.answered, 0)

    @property
    def done(self) -> bool:
        return self.submitted or not self.left


def by_expert(asked: Round, expert_id: int | None = None) -> list[ExpertProgress]:
    """Everyone asked, or one of them; a number of statements that does not grow."""
    query = select(Participation).where(Participation.round_id == asked.id)
    if expert_id is not None:
        query = query.where(Participation.expert_id == expert_id)
    asked_ones = session.scalars(query.options(selectinload(Participation.panels))).all()
    if not asked_ones:
        return []
    answered = _answered(asked, expert_id)
    panels_of_items = _panels_of_items(asked)
    criteria = _criteria(asked)
    return [
        ExpertProgress(
            one.expert_id,
            one.opened_at is not None,
            one.submitted_at is not None,
            answered.get(one.expert_id, 0),
            criteria * _items_for({row.panel_id for row in one.panels}, panels_of_items),
        )
        for one in asked_ones
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


def _items_for(held: set[int], panels_of_items: list[set[int]]) -> int:
    return sum(not panels or bool(panels & held) for panels in panels_of_items)


def _criteria(asked: Round) -> int:
    protocol = session.get(Protocol, asked.protocol_id) if asked.protocol_id else None
    return len(protocols.parsed(protocol).rules.criteria) if protocol else 1
