"""What a message of a study says: in its own words or the platform's, to an expert or to one made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale, gettext as _
from sqlalchemy import select

from delphi.db import session
from delphi.domain.messages import OF_A_ROUND, STOPPABLE, WITH_CALENDAR, MessageKind
from delphi.domain.pace import minutes
from delphi.domain.schedule import accepts_answers
from delphi.domain.withdrawals import Withdrawal
from delphi.emails import calendar, messages, own_words, to_experts
from delphi.emails.messages import Content, Recipient
from delphi.emails.own_words import OwnWords
from delphi.emails.to_experts import Facts
from delphi.models import Consent, ConsentText, Expert, Presentation, Round, Study
from delphi.services import consents, message_templates, pace, presentations
from delphi.words import translated

FEWEST_MINUTES = 2
SAMPLE_ANSWERS = 40


def title(study: Study, chosen: Presentation, language: str) -> str:
    """What messages call the study: nothing of what it is about where it wants neutral subjects."""
    if chosen.neutral_subjects:
        return to_experts.neutral_name(language)
    with force_locale(language):
        return translated(study.title)


def recipient(
    study: Study, chosen: Presentation, language: str, name: str, link: str, stop: str = ""
) -> Recipient:
    return Recipient(language, name, link, title(study, chosen, language), study.contact, stop)


def content(
    chosen: Presentation, kind: str, to: Recipient, facts: Facts, words: OwnWords | None = None
) -> Content:
    """In `words`, else in the platform's. A study that wants neutral subjects gets the platform's in any case."""
    draft = to_experts.draft(kind, to, facts)
    if words is not None:
        subject = draft.subject if chosen.neutral_subjects else ""
        draft = own_words.draft(kind, to, words, facts, subject)
    return messages.content(to, draft)


def facts_of_round(study: Study, asked: Round, language: str, left: int, now: datetime) -> Facts:
    """What an expert with so much left to answer is told of a round."""
    with force_locale(language):
        instructions = translated(asked.instructions)
    return Facts(
        number=str(asked.number),
        instructions=instructions,
        closing=to_experts.moment(asked.closes_at, asked.time_zone, language) if asked.closes_at else "",
        minutes=str(max(FEWEST_MINUTES, minutes(left, pace.of(study)))) if left else "",
        over=not accepts_answers(asked.state, asked.closes_at, now),
    )


def facts_of_consent(study: Study, expert: Expert) -> tuple[str, Facts] | None:
    """The language of the text an expert agreed to last, and what is told of it."""
    query = (
        select(Consent, ConsentText)
        .join(ConsentText, ConsentText.id == Consent.consent_text_id)
        .where(Consent.expert_id == expert.id)
        .order_by(ConsentText.number.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    consent, text = row
    return consent.language, _consent_facts(study, text, consent.language, consent.given_at)


def _consent_facts(study: Study, text: ConsentText, language: str, agreed: datetime) -> Facts:
    with force_locale(language):
        said = translated(text.texts)
    moment = to_experts.moment(agreed, study.time_zone, language)
    return Facts(version=str(text.number), agreed=moment, consent=said)


def deadline(study: Study, chosen: Presentation, asked: Round, language: str, now: datetime) -> str:
    """The calendar file of a round's end; empty where it has none."""
    if asked.closes_at is None:
        return ""
    name = title(study, chosen, language)
    with force_locale(language):
        entry = calendar.Deadline(
            uid=f"round-{asked.id}@{urlsplit(site('')).hostname}",
            sequence=int((now - (asked.opened_at or now)).total_seconds() // 60),
            closes_at=asked.closes_at,
            title=_("%(study)s: round %(number)s closes", study=name, number=asked.number),
            description=_("Open it with the link in our latest message to you."),
        )
    return calendar.written(entry, now)


def site(path: str) -> str:
    """From the configured address only, never from what a request claims."""
    return str(current_app.config["SETTINGS"].base_url).rstrip("/") + path


def sample(
    study: Study,
    kind: str,
    language: str,
    now: datetime,
    *,
    name: str = "",
    words: OwnWords | None = None,
) -> Content:
    """The message as a made-up expert would get it; `words` are tried without being kept."""
    chosen = presentations.of(study)
    stop = site("/u/EXAMPLE") if kind in STOPPABLE else ""
    to = recipient(study, chosen, language, name or _made_up(language), site("/i/EXAMPLE"), stop)
    facts = _sample_facts(study, kind, language, now)
    return content(chosen, kind, to, facts, words or message_templates.find(study, kind, language))


def sample_round(study: Study, now: datetime) -> Round:
    """The study's latest round; before there is one, a first one that is not stored."""
    latest = select(Round).where(Round.study_id == study.id).order_by(Round.number.desc()).limit(1)
    planned = session.scalar(latest)
    if planned is not None and planned.closes_at is not None:
        return planned
    closes_at = now + timedelta(days=14)
    return Round(id=0, number=1, instructions={}, closes_at=closes_at, time_zone=study.time_zone)


def _sample_facts(study: Study, kind: str, language: str, now: datetime) -> Facts:
    if kind == MessageKind.CONSENT_COPY:
        text = consents.current(study)
        return _consent_facts(study, text, language, now) if text else Facts()
    if kind == MessageKind.WITHDRAWN:
        return Facts(choice=Withdrawal.KEPT)
    if kind not in OF_A_ROUND and kind != MessageKind.ANNOUNCEMENT:
        return Facts()
    left = SAMPLE_ANSWERS if kind in WITH_CALENDAR else 0
    return facts_of_round(study, sample_round(study, now), language, left, now)


def _made_up(language: str) -> str:
    return {"fr": "Camille Tremblay"}.get(language, "Robin Taylor")
