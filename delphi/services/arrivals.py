"""Experts who come in by their link."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select, update

from delphi.db import session
from delphi.domain.states import RoundState
from delphi.models import Participation, Rating, Round
from delphi.services import keeping
from delphi.services.links import Visit


def record(visit: Visit, now: datetime) -> None:
    """Note when this expert first came in while the round was open; later visits change nothing."""
    running = select(Round.id).where(
        Round.study_id == visit.study.id,
        Round.state == RoundState.OPEN,
        or_(Round.closes_at.is_(None), Round.closes_at > now),
    )
    session.execute(
        update(Participation)
        .where(
            Participation.expert_id == visit.expert.id,
            Participation.round_id.in_(running),
            Participation.opened_at.is_(None),
        )
        .values(opened_at=now)
        .execution_options(synchronize_session=False)
    )


def has_answered(visit: Visit) -> bool:
    """Whether this expert has rated anything, in any round."""
    given = exists().where(Rating.expert_id == visit.expert.id, keeping.given())
    return bool(session.scalar(select(given)))
