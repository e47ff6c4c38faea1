"""A study with an open round and experts to write to."""

from __future__ import annotations

from datetime import datetime, timedelta

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState, StudyState
from delphi.models import Contact, Expert, Round, Study


def make_study(now: datetime, title: str = "Training of crisis line staff") -> Study:
    study = Study(
        title={"en": title, "fr": "Formation des écoutants"},
        languages=["en", "fr"],
        time_zone="Europe/Paris",
        contact="Alice Martin, alice@example.org",
        state=StudyState.RUNNING,
        created_at=now,
    )
    session.add(study)
    session.flush()
    return study


def make_round(study: Study, now: datetime) -> Round:
    round = Round(
        study_id=study.id,
        number=1,
        state=RoundState.OPEN,
        instructions={"en": "Think of the first year of practice.", "fr": "Pensez à la première année."},
        time_zone="Europe/Paris",
        opened_at=now,
        closes_at=now + timedelta(days=14),
    )
    session.add(round)
    session.flush()
    return round


def make_expert(study: Study, now: datetime, name: str, email: str, language: str = "en") -> Expert:
    count = session.query(Expert).filter_by(study_id=study.id).count()
    expert = Expert(
        study_id=study.id, code=f"W-{count:04}", language=language, state=ExpertState.INVITED, created_at=now
    )
    session.add(expert)
    session.flush()
    session.add(Contact(expert_id=expert.id, study_id=study.id, name=name, email=email, updated_at=now))
    session.flush()
    return expert
