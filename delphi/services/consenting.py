"""An expert agrees to the study's consent text, or would rather not take part."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState, move
from delphi.models import Consent, ConsentText
from delphi.services.links import Visit


def current(visit: Visit) -> tuple[ConsentText | None, bool]:
    """The text in force, and whether this expert has agreed to it."""
    text, agreed = session.execute(
        select(ConsentText, has_agreed(visit))
        .where(ConsentText.study_id == visit.study.id)
        .order_by(ConsentText.number.desc())
        .limit(1)
    ).first() or (None, False)
    return text, agreed


def has_agreed(visit: Visit) -> ColumnElement[bool]:
    """SQL for: this expert agreed to the latest consent text. False while the study has none."""
    latest = (
        select(ConsentText.id)
        .where(ConsentText.study_id == visit.study.id)
        .order_by(ConsentText.number.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    return exists().where(Consent.expert_id == visit.expert.id, Consent.consent_text_id == latest)


def agree(visit: Visit, number: int, language: str, now: datetime) -> None:
    """Agree to version `number`, which must be the one in force; agreeing twice is agreeing once."""
    text, agreed = current(visit)
    if text is None or text.number != number:
        raise DomainError("consent.out_of_date")
    visit.expert.state = ExpertState(move("expert.consent", visit.expert.state))
    if not agreed:
        consent = Consent(expert_id=visit.expert.id, consent_text_id=text.id, language=language, given_at=now)
        session.add(consent)
    session.flush()


def decline(visit: Visit) -> None:
    """Not taking part; the same link lets them change their mind."""
    visit.expert.state = ExpertState(move("expert.decline", visit.expert.state))
    session.flush()
