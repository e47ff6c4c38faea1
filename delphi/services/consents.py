"""The versions of a study's consent text, and experts who agree to it or would rather not take part."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from delphi.db import Translated, session
from delphi.domain.errors import DomainError
from delphi.domain.messages import MessageKind
from delphi.domain.states import ExpertState, move
from delphi.domain.texts import clean
from delphi.models import Account, Consent, ConsentText, Study
from delphi.services import history, outbox, studies
from delphi.services.links import Visit

LONGEST_TEXT = 20_000
LONGEST_REASON = 1000
_GAP = re.compile(r"\[[^\]\n]{3,}\]")


def current(study: Study) -> ConsentText | None:
    """The version experts are asked to agree to now."""
    query = select(ConsentText).where(ConsentText.study_id == study.id).order_by(ConsentText.number.desc())
    return session.scalar(query.limit(1))


def gaps(text: ConsentText) -> list[str]:
    """What still stands in [brackets]."""
    return [gap for written in text.texts.values() for gap in _GAP.findall(written)]


def versions(study: Study) -> list[tuple[ConsentText, int]]:
    """Every version, newest first, with how many experts agreed to it."""
    query = (
        select(ConsentText, func.count(Consent.id))
        .outerjoin(Consent, Consent.consent_text_id == ConsentText.id)
        .where(ConsentText.study_id == study.id)
        .group_by(ConsentText.id)
        .order_by(ConsentText.number.desc())
    )
    return [(text, count) for text, count in session.execute(query)]


def save_text(study: Study, texts: Translated, *, by: Account, now: datetime) -> ConsentText:
    """A new version, unless nothing changed; experts who agreed to an earlier one are asked again."""
    studies.lock_for_change(study)
    kept = _checked(study, texts)
    latest = current(study)
    if latest is not None and latest.texts == kept:
        return latest
    number = latest.number + 1 if latest else 1
    text = ConsentText(study_id=study.id, number=number, texts=kept, created_at=now)
    session.add(text)
    history.record(study.id, "consent.changed", by, now=now, number=number)
    return text


def current_for(visit: Visit) -> tuple[ConsentText | None, bool]:
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
    _hold(visit)
    text, agreed = current_for(visit)
    if text is None or text.number != number:
        raise DomainError("consent.out_of_date")
    visit.expert.state = ExpertState(move("expert.consent", visit.expert.state))
    visit.expert.decline_reason = ""
    if not agreed:
        consent = Consent(expert_id=visit.expert.id, consent_text_id=text.id, language=language, given_at=now)
        session.add(consent)
        once = f"consent-{text.id}-expert-{visit.expert.id}"
        outbox.enqueue(MessageKind.CONSENT_COPY, once=once, now=now, expert=visit.expert)
    session.flush()


def decline(visit: Visit) -> None:
    """Not taking part; the same link lets them change their mind. Declining twice is declining once."""
    _hold(visit)
    if visit.expert.state is not ExpertState.DECLINED:
        visit.expert.state = ExpertState(move("expert.decline", visit.expert.state))
        session.flush()


def explain_declining(visit: Visit, reason: str) -> None:
    """Why they would rather not take part, if they wish to say; an empty reason takes it back."""
    kept = clean(reason)
    if len(kept) > LONGEST_REASON:
        raise DomainError("consent.reason_too_long", found=len(kept), most=LONGEST_REASON)
    _hold(visit)
    if visit.expert.state is not ExpertState.DECLINED:
        raise DomainError("consent.not_declined")
    visit.expert.decline_reason = kept
    session.flush()


def _hold(visit: Visit) -> None:
    """The expert as they are now: whoever was withdrawn a moment ago stays so, and two clicks take turns."""
    session.refresh(visit.expert, with_for_update=True)


def _checked(study: Study, texts: Translated) -> Translated:
    kept = {language: clean(texts.get(language, "")) for language in study.languages}
    for language, text in kept.items():
        if not text:
            raise DomainError("consent.text_missing", language=language)
        if len(text) > LONGEST_TEXT:
            raise DomainError("consent.text_too_long", language=language, most=LONGEST_TEXT)
    return kept
