"""Questions about the expert: added, changed, put in order, removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import StudyState
from delphi.models import Account, Question, Study
from delphi.services import history, questions
from delphi.services.questions import Draft
from tests.support.clock import Clock
from tests.support.studies import make_study

ROLE = Draft(
    text={"en": "What is your\n role?", "fr": "Quel est votre rôle ?"},
    choices={"en": "Nurse\nTeacher", "fr": "Soins\nEnseignement"},
    several=False,
)


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


@pytest.fixture
def role(study: Study, alice: Account, clock: Clock) -> Question:
    return questions.add(study, " role ", ROLE, by=alice, now=clock())


def names(study: Study) -> list[str]:
    return [question.attribute for question in questions.of(study)]


def test_a_question_is_asked_in_both_languages(study: Study, role: Question) -> None:
    assert role.attribute == "role"
    assert role.text == {"en": "What is your role?", "fr": "Quel est votre rôle ?"}
    assert role.choices[0] == {"value": "Nurse", "label": {"en": "Nurse", "fr": "Soins"}}
    assert history.of(study)[0].event.facts == {"name": "role"}


def test_a_question_is_changed_but_its_answers_keep_their_name(
    study: Study, role: Question, alice: Account, clock: Clock
) -> None:
    questions.change(role, study, replace(ROLE, several=True, text={"en": "Role?"}), by=alice, now=clock())
    assert (role.attribute, role.several, role.text) == ("role", True, {"en": "Role?"})


def test_questions_are_put_in_order(study: Study, role: Question, alice: Account, clock: Clock) -> None:
    years = questions.add(study, "years", ROLE, by=alice, now=clock())
    assert names(study) == ["role", "years"]
    questions.shift(years, study, -1)
    assert names(study) == ["years", "role"]
    questions.shift(years, study, -1)
    questions.shift(role, study, 1)
    assert names(study) == ["years", "role"]


def test_a_removed_question_is_asked_no_more(
    study: Study, role: Question, alice: Account, clock: Clock
) -> None:
    questions.remove(role, study, by=alice, now=clock())
    assert names(study) == []


@pytest.mark.parametrize(
    ("name", "draft", "code"),
    [
        ("", ROLE, "expert.attribute_name"),
        ("a:b", ROLE, "question.attribute_odd"),
        ("ROLE", ROLE, "question.attribute_taken"),
        ("years", replace(ROLE, text={"fr": "Rôle ?"}), "question.text_missing"),
        ("years", replace(ROLE, text={"en": "x" * 301}), "question.text_too_long"),
        ("years", replace(ROLE, choices={"en": "Nurse"}), "question.choice_count"),
    ],
)
def test_a_bad_question_is_refused(
    study: Study, role: Question, alice: Account, clock: Clock, name: str, draft: Draft, code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        questions.add(study, name, draft, by=alice, now=clock())
    assert caught.value.code == code
    assert names(study) == ["role"]


def test_a_bad_change_leaves_the_question_as_it_was(
    study: Study, role: Question, alice: Account, clock: Clock
) -> None:
    with pytest.raises(DomainError):
        questions.change(role, study, replace(ROLE, choices={"en": ""}), by=alice, now=clock())
    assert len(role.choices) == 2


def test_there_are_20_questions_at_most(study: Study, alice: Account, clock: Clock) -> None:
    for number in range(questions.MOST):
        questions.add(study, f"q{number}", ROLE, by=alice, now=clock())
    with pytest.raises(DomainError) as caught:
        questions.add(study, "one more", ROLE, by=alice, now=clock())
    assert caught.value.code == "question.too_many"


def test_a_question_of_another_study_is_not_found(role: Question, alice: Account, clock: Clock) -> None:
    with pytest.raises(NotFound):
        questions.get(make_study(alice, clock()), role.id)


def test_a_concluded_study_asks_nothing_new(
    study: Study, role: Question, alice: Account, clock: Clock
) -> None:
    study.state = StudyState.CONCLUDED
    with pytest.raises(DomainError):
        questions.add(study, "years", ROLE, by=alice, now=clock())
    with pytest.raises(DomainError):
        questions.remove(role, study, by=alice, now=clock())
