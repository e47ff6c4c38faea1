"""A study's own words for messages to its experts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select

from delphi.db import session
from delphi.domain import placeholders
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.texts import clean
from delphi.emails.own_words import OwnWords, platforms
from delphi.models import Account, Message, MessageTemplate, Study
from delphi.services import history, outbox, studies

Key = tuple[str, str]  # kind and language


def of(study: Study) -> dict[Key, OwnWords]:
    """Everything the study says in its own words."""
    rows = session.scalars(select(MessageTemplate).where(MessageTemplate.study_id == study.id))
    return {(row.kind, row.language): OwnWords(row.subject, row.body) for row in rows}


def find(study: Study, kind: str, language: str) -> OwnWords | None:
    """The own words for one kind in one language; None: the platform's are used."""
    row = session.get(MessageTemplate, (study.id, kind, language))
    return OwnWords(row.subject, row.body) if row else None


def send_test(study: Study, kind: str, language: str, *, to: Account, now: datetime) -> Message | None:
    """The message for a made-up expert to somebody of the team; None when one went out this minute."""
    once = f"test-{study.id}-{to.id}-{kind}-{language}-{int(now.timestamp()) // 60}"
    return outbox.enqueue(kind, once=once, now=now, study=study, account=to, language=language)


def checked(kind: str, words: Mapping[str, OwnWords]) -> dict[str, OwnWords]:
    """The same, cleaned, by language, without what is the platform's; a refusal says the language and the place."""
    if kind not in placeholders.OWN_WORDS:
        raise NotFound("message.kind_unknown")
    kept = {
        language: OwnWords(clean(one.subject), clean(one.body))
        for language, one in words.items()
        if one.subject.strip() or one.body.strip()
    }
    kept = {language: one for language, one in kept.items() if one != platforms(kind, language)}
    for language, one in kept.items():
        try:
            placeholders.check(kind, one.subject, one.body)
        except DomainError as error:
            error.params["language"] = language
            raise
    return kept


def save(study: Study, kind: str, words: Mapping[str, OwnWords], *, by: Account, now: datetime) -> bool:
    """The own words of one kind in every language; one left empty goes back to the platform's. True: new."""
    studies.lock_for_change(study)
    kept = checked(kind, {language: words[language] for language in study.languages if language in words})
    before = {language: one for (of_kind, language), one in of(study).items() if of_kind == kind}
    if kept == before:
        return False
    session.execute(
        delete(MessageTemplate).where(MessageTemplate.study_id == study.id, MessageTemplate.kind == kind)
    )
    session.add_all(
        MessageTemplate(
            study_id=study.id,
            kind=kind,
            language=language,
            subject=one.subject,
            body=one.body,
            updated_at=now,
        )
        for language, one in kept.items()
    )
    session.flush()
    history.record(study.id, "message.reworded", by, now=now, of=kind)
    return True
