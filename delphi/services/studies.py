"""Studies and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from delphi.db import Translated, session
from delphi.domain import schedule
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.languages import LANGUAGES
from delphi.domain.permissions import Role
from delphi.domain.states import StudyState
from delphi.models import Account, ConsentText, Event, Expert, Item, Membership, Study, Wording, WordingText
from delphi.services import history

LONGEST_TITLE = 300
LONGEST_CONTACT = 500


def find(study_id: int) -> Study:
    """For doors that need no role: the command line."""
    study = session.get(Study, study_id)
    if study is None:
        raise NotFound("study.not_found")
    return study


def membership(study_id: int, account_id: int) -> Membership | None:
    """The role of an account in a study, with the study, in one statement."""
    query = (
        select(Membership)
        .where(Membership.study_id == study_id, Membership.account_id == account_id)
        .options(joinedload(Membership.study))
    )
    return session.scalar(query)


def mine(account: Account) -> list[Membership]:
    """Every study the account belongs to, newest first, with its role in each; rehearsals are no studies."""
    query = (
        select(Membership)
        .join(Membership.study)
        .where(Membership.account_id == account.id, Study.rehearsal_of_id.is_(None))
        .options(joinedload(Membership.study))
        .order_by(Study.created_at.desc(), Study.id.desc())
    )
    return list(session.scalars(query))


def create(
    by: Account,
    title: Translated,
    languages: Sequence[str],
    time_zone: str,
    contact: str = "",
    *,
    now: datetime,
    once: str = "",
) -> Study:
    """A draft whose owner is `by`; the first of `languages` is its main one. `once`: see `begun`."""
    _check(title, languages, time_zone, contact)
    study = Study(
        title=_kept(title, languages),
        languages=list(languages),
        time_zone=time_zone,
        contact=contact.strip(),
        created_at=now,
    )
    session.add(study)
    session.flush()
    session.add(Membership(study_id=study.id, account_id=by.id, role=Role.OWNER, created_at=now))
    history.record(study.id, "study.created", by, now=now, **({"once": once} if once else {}))
    return study


def begun(by: Account, once: str) -> Study | None:
    """What a form of this key began when it was sent before; of two sent at once, the second waits here."""
    if not once:
        return None
    session.refresh(by, with_for_update=True)
    query = (
        select(Study, Event.facts)
        .join(Event, Event.study_id == Study.id)
        .where(Event.account_id == by.id, Event.kind == "study.created")
    )
    return next((study for study, facts in session.execute(query) if facts.get("once") == once), None)


def change(
    study: Study,
    title: Translated,
    languages: Sequence[str],
    time_zone: str,
    contact: str,
    release_redactions: bool = False,
    *,
    by: Account,
    now: datetime,
) -> None:
    """The study's settings. A language that texts or experts use stays.

    `release_redactions`: a second person looks at what was taken out of a comment before anybody else reads it.
    """
    _check(title, languages, time_zone, contact)
    used = languages_in_use(study)
    for language in study.languages:
        if language not in languages and language in used:
            raise DomainError("study.language_in_use", language=language)
    study.title, study.languages = _kept(title, languages), list(languages)
    study.time_zone, study.contact = time_zone, contact.strip()
    study.release_redactions = release_redactions
    history.record(study.id, "study.changed", by, now=now)


def lock(study: Study) -> None:
    """Hold the study until the transaction ends, and see it as it is now."""
    session.flush()
    session.refresh(study, with_for_update=True)


def lock_for_change(study: Study) -> None:
    """Hold the study, so that no code, address or pseudonym is given twice; a concluded one does not change."""
    lock(study)
    refuse_when_concluded(study)


def refuse_when_concluded(study: Study) -> None:
    if study.state is StudyState.CONCLUDED:
        raise DomainError("study.wrong_state", move="edit", state=str(study.state))


def languages_in_use(study: Study) -> set[str]:
    """The languages that a wording, a consent text or an expert of the study uses."""
    wording = select(WordingText.wording_id).join(Wording).join(Item).where(Item.study_id == study.id)
    consents = session.scalars(select(ConsentText.texts).where(ConsentText.study_id == study.id))
    used = {language for texts in consents for language in texts}
    for language in study.languages:
        spoken = exists().where(Expert.study_id == study.id, Expert.language == language)
        written = wording.where(WordingText.language == language).exists()
        if session.scalar(select(spoken | written)):
            used.add(language)
    return used


def _check(title: Translated, languages: Sequence[str], time_zone: str, contact: str) -> None:
    if not languages or not set(languages) <= set(LANGUAGES) or len(set(languages)) < len(languages):
        raise DomainError("study.languages_invalid")
    check_title(title, languages)
    if time_zone not in schedule.zones():
        raise DomainError("study.time_zone_unknown", zone=time_zone)
    if len(contact.strip()) > LONGEST_CONTACT:
        raise DomainError("study.contact_too_long", most=LONGEST_CONTACT)


def check_title(title: Translated, languages: Sequence[str]) -> None:
    """Needed in each language."""
    for language in languages:
        text = title.get(language, "").strip()
        if not text:
            raise DomainError("study.title_missing", language=language)
        if len(text) > LONGEST_TITLE:
            raise DomainError("study.title_too_long", language=language, most=LONGEST_TITLE)


def _kept(texts: Translated, languages: Sequence[str]) -> Translated:
    return {language: texts[language].strip() for language in languages if texts.get(language, "").strip()}
