"""Experts who came into the panels of a round after it had opened, and asking all of them at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.schedule import accepts_answers
from delphi.domain.states import IN_STUDY, Invited
from delphi.models import Account, Expert, ExpertPanel, Participation, Round, RoundPanel, Study
from delphi.services import history, rounds


def of_round(asked: Round, now: datetime) -> list[Expert]:
    """Whoever could be asked late; nobody where the round asks those who answered before, as no newcomer did."""
    if not accepts_answers(asked.state, asked.closes_at, now) or asked.invited is not Invited.EVERYONE:
        return []
    panel_ids = select(RoundPanel.panel_id).where(RoundPanel.round_id == asked.id)
    known = select(Participation.expert_id).where(Participation.round_id == asked.id)
    query = (
        select(Expert)
        .where(
            Expert.study_id == asked.study_id,
            Expert.state.in_(IN_STUDY),
            Expert.id.in_(select(ExpertPanel.expert_id).where(ExpertPanel.panel_id.in_(panel_ids))),
            Expert.id.not_in(known),
        )
        .order_by(Expert.code)
    )
    return list(session.scalars(query))


def ask(study: Study, round_id: int, *, shown: int, by: Account, now: datetime) -> int:
    """An invitation to each, if they are as many as were `shown`; how many there are."""
    opened = rounds.locked(round_id)
    if not accepts_answers(opened.state, opened.closes_at, now):
        raise DomainError("round.wrong_state", move="ask", state=str(opened.state))
    experts = of_round(opened, now)
    if len(experts) != shown:
        raise DomainError("round.late_changed", now=len(experts), shown=shown)
    asked = sum(rounds.ask_late(opened, expert, now=now) for expert in experts)
    if asked:
        history.record(study.id, "round.asked_late", by, now=now, number=opened.number, count=asked)
    return asked
