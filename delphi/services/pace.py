"""How long answering takes in a study, measured while experts answer."""

from __future__ import annotations

from sqlalchemy import Select, func, select, union_all

from delphi.db import session
from delphi.domain import pace
from delphi.models import Rating, RatingChange, Round, Study

LATEST = 1000  # first answers looked at, so that a page costs the same in a large study
ROUNDS = 3  # in which they are looked for


def of(study: Study) -> float:
    """Seconds an answer: from the latest first answers in the last rounds of the study, else the default."""
    # Each round by itself: an index has its latest answers in order, and those of several would have to be sorted.
    rounds = union_all(*(select(_latest_in(study, back).subquery()) for back in range(ROUNDS))).subquery()
    latest = select(rounds).order_by(rounds.c.id.desc()).limit(LATEST).subquery()
    first_answers = (
        select(latest.c.expert_id, func.min(RatingChange.changed_at))
        .join(RatingChange, RatingChange.rating_id == latest.c.id)
        .group_by(latest.c.id, latest.c.expert_id)
    )
    return pace.seconds_an_answer((expert, when) for expert, when in session.execute(first_answers))


def _latest_in(study: Study, back: int) -> Select[int, int]:
    """The latest ratings of the round that opened last, or so many rounds before it."""
    opened = select(Round.id).where(Round.study_id == study.id, Round.opened_at.is_not(None))
    chosen = opened.order_by(Round.number.desc()).limit(1).offset(back).scalar_subquery()
    query = select(Rating.id, Rating.expert_id).where(Rating.round_id == chosen)
    return query.order_by(Rating.id.desc()).limit(LATEST)
