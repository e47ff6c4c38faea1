"""The glossary: terms and what they mean, in the study's languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from delphi.db import Translated, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.glossary import LONGEST_MEANING, LONGEST_TERM
from delphi.domain.texts import one_line, same
from delphi.models import Account, GlossaryTerm, Study
from delphi.services import history, presentations, studies

MOST = 200

Meanings = Mapping[str, Mapping[str, str]]  # language -> term -> meaning


def of(study: Study) -> list[GlossaryTerm]:
    """Every term, by the alphabet of the study's main language."""
    found = session.scalars(select(GlossaryTerm).where(GlossaryTerm.study_id == study.id))
    return sorted(found, key=lambda one: (same(name_of(one, study)), one.id))


def name_of(term: GlossaryTerm, study: Study) -> str:
    """In the main language, else in one it has."""
    return term.term.get(study.languages[0]) or next(iter(term.term.values()), "")


def meanings(study: Study) -> Meanings:
    """What experts are told, by language; one statement."""
    found: dict[str, dict[str, str]] = {}
    for one in of(study):
        for language, term in one.term.items():
            found.setdefault(language, {})[term] = one.meaning[language]
    return found


def get(study: Study, term_id: int) -> GlossaryTerm:
    term = session.get(GlossaryTerm, term_id)
    if term is None or term.study_id != study.id:
        raise NotFound("glossary.not_found")
    return term


def add(
    study: Study, term: Mapping[str, str], meaning: Mapping[str, str], *, by: Account, now: datetime
) -> GlossaryTerm:
    studies.lock_for_change(study)
    existing = of(study)
    if len(existing) >= MOST:
        raise DomainError("glossary.too_many", most=MOST)
    terms, explained = checked(study, term, meaning, existing)
    added = GlossaryTerm(study_id=study.id, term=terms, meaning=explained)
    session.add(added)
    history.record(study.id, "glossary.added", by, now=now, name=dict(added.term))
    return added


def change(
    changed: GlossaryTerm,
    study: Study,
    term: Mapping[str, str],
    meaning: Mapping[str, str],
    *,
    by: Account,
    now: datetime,
) -> None:
    studies.lock_for_change(study)
    others = [one for one in of(study) if one is not changed]
    changed.term, changed.meaning = checked(study, term, meaning, others)
    history.record(study.id, "glossary.changed", by, now=now, name=dict(changed.term))


def checked(
    study: Study, term: Mapping[str, str], meaning: Mapping[str, str], others: Sequence[GlossaryTerm]
) -> tuple[Translated, Translated]:
    """In a language both or neither, in one language at least, and no term twice."""
    terms = {code: one_line(text) for code, text in presentations.texts_of(study, term).items()}
    explained = presentations.texts_of(study, meaning)
    if not terms and not explained:
        raise DomainError("glossary.empty", field="term", language=study.languages[0])
    for language in study.languages:
        _check_pair(language, terms.get(language, ""), explained.get(language, ""))
        taken = {same(one.term.get(language, "")) for one in others} - {""}
        if same(terms.get(language, "")) in taken:
            raise DomainError("glossary.taken", field="term", language=language, name=terms[language])
    return terms, explained


def remove(term: GlossaryTerm, study: Study, *, by: Account, now: datetime) -> None:
    studies.lock_for_change(study)
    session.delete(term)
    history.record(study.id, "glossary.removed", by, now=now, name=dict(term.term))


def _check_pair(language: str, term: str, meaning: str) -> None:
    if meaning and not term:
        raise DomainError("glossary.term_missing", field="term", language=language)
    if term and not meaning:
        raise DomainError("glossary.meaning_missing", field="meaning", language=language)
    for field, text, most in (("term", term, LONGEST_TERM), ("meaning", meaning, LONGEST_MEANING)):
        if len(text) > most:
            raise DomainError("glossary.too_long", field=field, language=language, most=most)
