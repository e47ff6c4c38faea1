"""How long answering takes in a study, measured while experts answer."""

from __future__ import annotations

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain import pace
from delphi.models import Rating, RatingChange, Round, Study

LATEST = 1000  # first answers looked at, so that a page costs the same in a large study


def of(study: Study) -> float:
    """Seconds an answer: from the latest first answers in any round of the study, else the default."""
    rounds = select(Round.id).where(Round.study_id == study.id)
    latest = (
        select(Rating.id, Rating.expert_id)
        .where(Rating.round_id.in_(rounds))
        .order_by(Rating.id.desc())
        .limit(LATEST)
        .subquery()
    )
    first_answers = (
        select(latest.c.expert_id, func.min(RatingChange.changed_at))
        .join(RatingChange, RatingChange.rating_id == latest.c.id)
        .group_by(latest.c.id, latest.c.expert_id)
    )
    return pace.seconds_an_answer((expert, when) for expert, when in session.execute(first_answers))
