"""Questions about the expert, in their order; an answer is an attribute of the expert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from delphi.db import Translated, session
from delphi.domain import questions as bounds
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.ordering import shifted
from delphi.domain.texts import one_line, same
from delphi.models import Account, Question, Study
from delphi.services import history, presentations, studies

MOST = 20


@dataclass(frozen=True)
class Draft:
    """A question as typed: text and choices by language, the choices a line each."""

    text: Mapping[str, str]
    choices: Mapping[str, str]
    several: bool


def of(study: Study) -> list[Question]:
    """The study's questions in their order."""
    query = select(Question).where(Question.study_id == study.id)
    return list(session.scalars(query.order_by(Question.position, Question.id)))


def get(study: Study, question_id: int) -> Question:
    question = session.get(Question, question_id)
    if question is None or question.study_id != study.id:
        raise NotFound("question.not_found")
    return question


def add(study: Study, attribute: str, draft: Draft, *, by: Account, now: datetime) -> Question:
    """At the end. The attribute's name stays, because answers are kept under it."""
    studies.lock_for_change(study)
    name, existing = one_line(attribute), of(study)
    bounds.check_attribute(name)
    if len(existing) >= MOST:
        raise DomainError("question.too_many", most=MOST)
    if same(name) in {same(question.attribute) for question in existing}:
        raise DomainError("question.attribute_taken", field="attribute", name=name)
    position = max((question.position for question in existing), default=-1) + 1
    question = Question(study_id=study.id, attribute=name, position=position)
    _write(question, study, draft)
    session.add(question)
    history.record(study.id, "question.added", by, now=now, name=name)
    return question


def change(question: Question, study: Study, draft: Draft, *, by: Account, now: datetime) -> None:
    studies.lock_for_change(study)
    _write(question, study, draft)
    history.record(study.id, "question.changed", by, now=now, name=question.attribute)


def shift(question: Question, study: Study, step: int) -> None:
    """One place up (-1) or down (+1); at the end of the line nothing happens."""
    studies.lock_for_change(study)
    for position, one in enumerate(shifted(of(study), question, step)):
        one.position = position
    session.flush()


def remove(question: Question, study: Study, *, by: Account, now: datetime) -> None:
    """It is asked no more; what experts answered stays among their attributes."""
    studies.lock_for_change(study)
    session.delete(question)
    history.record(study.id, "question.removed", by, now=now, name=question.attribute)


def _write(question: Question, study: Study, draft: Draft) -> None:
    text = _checked(study, draft.text)
    question.choices = bounds.choices(draft.choices, study.languages)
    question.text, question.several = text, draft.several


def _checked(study: Study, written: Mapping[str, str]) -> Translated:
    text = presentations.texts_of(study, written)
    main = study.languages[0]
    if main not in text:
        raise DomainError("question.text_missing", field="text", language=main)
    for language, found in text.items():
        bounds.check_text(found, language)
    return {language: one_line(found) for language, found in text.items()}
