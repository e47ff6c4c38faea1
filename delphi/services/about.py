"""What experts say about themselves, where the study asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from delphi.db import session
from delphi.domain import question_answers
from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState
from delphi.models import Expert, Question, Study
from delphi.services import questions
from delphi.services.links import Visit


def answers(visit: Visit) -> list[tuple[Question, list[str]]]:
    """Every question with what this expert has answered; nothing where it is still open."""
    return [
        (question, question_answers.known(question, visit.expert.attributes))
        for question in questions.of(visit.study)
    ]


def attributes(study: Study, expert: Expert) -> list[tuple[str, Question | None, list[str]]]:
    """What is known about an expert: each attribute, the question that asks for it where one does, and its values."""
    asked = {one.attribute: one for one in questions.of(study)} if expert.attributes else {}
    return [(name, asked.get(name), values) for name, values in expert.attributes.items()]


def waiting(visit: Visit) -> int:
    """How many questions have no answer yet."""
    return sum(not known for _question, known in answers(visit))


def save(visit: Visit, sent: Mapping[int, Sequence[str]]) -> None:
    """Keep each answer as an attribute, by question id; one left empty takes back what this page had kept."""
    session.refresh(visit.expert, with_for_update=True)
    if visit.expert.state is not ExpertState.ACTIVE:  # withdrawn in another tab, a moment ago
        raise DomainError("consent.missing")
    kept = dict(visit.expert.attributes)
    for question, before in answers(visit):
        chosen = question_answers.checked(question, sent.get(question.id, ()))
        if chosen:
            kept[question.attribute] = chosen
        elif before:
            del kept[question.attribute]
    visit.expert.attributes = kept
    session.flush()
