"""How a round is going: who was asked, who started, who submitted, by panel. Numbers only."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select

from delphi.db import session
from delphi.models import Panel, Participation, ParticipationPanel, Rating, Round
from delphi.services import keeping


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
