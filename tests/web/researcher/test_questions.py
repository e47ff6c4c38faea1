"""Pages of questions about the expert."""

from __future__ import annotations

import pytest

from delphi.models import Account, Question, Study
from delphi.services import questions
from delphi.services.questions import Draft
from tests.support.client import Browser
from tests.support.clock import Clock

SENT = {
    "attribute": "role",
    "text_en": "What is your role?",
    "text_fr": "Quel est votre rôle ?",
    "several": "yes",
    "choices_en": "Nurse\r\nTeacher\r\n",
    "choices_fr": "Soins\r\nEnseignement",
}


@pytest.fixture
def years(study: Study, alice: Account, clock: Clock) -> Question:
    draft = Draft({"en": "How many years?", "fr": "Combien d’années ?"}, {"en": "1\n2", "fr": "1\n2"}, False)
    return questions.add(study, "years", draft, by=alice, now=clock())


def path(study: Study, further: str = "") -> str:
    return f"/studies/{study.id}/questions{further}"


def names(study: Study) -> list[str]:
    return [question.attribute for question in questions.of(study)]


def test_a_question_is_added_and_listed(as_alice: Browser, study: Study, years: Question) -> None:
    answer = as_alice.post(path(study), data=SENT)
    assert (answer.status_code, answer.location) == (303, path(study))
    page = as_alice.get(path(study)).text
    assert "Quel est votre rôle ?" in page
    assert "several answers" in page
    assert "2 choices" in page
    assert names(study) == ["years", "role"]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"attribute": ""}, "attribute", "needs a name"),
        ({"attribute": "Years"}, "attribute", "already a question"),
        ({"attribute": "a:b"}, "attribute", "no colon"),
        ({"text_en": ""}, "text_en", "Write the question"),
        ({"choices_en": "Nurse"}, "choices_en", "from 2 to 40 choices"),
        ({"choices_fr": "Soins"}, "choices_fr", "Choices in this box: 1; in the main language: 2."),
        ({"choices_en": "Nurse; aide\nTeacher"}, "choices_en", "cannot be a choice"),
    ],
)
def test_a_bad_question_is_told_and_nothing_typed_is_lost(
    as_alice: Browser, study: Study, years: Question, change: dict[str, str], field: str, says: str
) -> None:
    answer = as_alice.post(path(study), data={**SENT, **change})
    assert answer.status_code == 400
    assert answer.text.count(says) == 2
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "Quel est votre rôle ?" in answer.text
    assert 'value="yes" checked' in answer.text
    assert names(study) == ["years"]


def test_a_question_is_changed(as_alice: Browser, study: Study, years: Question) -> None:
    page = as_alice.get(path(study, f"/{years.id}")).text
    assert "Combien d’années ?" in page
    changed = {**SENT, "text_en": "Years of work?"}
    assert as_alice.post(path(study, f"/{years.id}"), data=changed).status_code == 303
    assert (years.attribute, years.text["en"], years.several) == ("years", "Years of work?", True)
    refused = as_alice.post(path(study, f"/{years.id}"), data={**SENT, "choices_en": ""})
    assert refused.status_code == 400
    assert "Enseignement" in refused.text
    assert [choice["value"] for choice in years.choices] == ["Nurse", "Teacher"]


def test_questions_are_moved_and_removed(as_alice: Browser, study: Study, years: Question) -> None:
    as_alice.post(path(study), data=SENT)
    moved = as_alice.post(path(study, f"/{years.id}/move"), data={"to": "down"})
    assert (moved.status_code, names(study)) == (303, ["role", "years"])
    as_alice.post(path(study, f"/{years.id}/move"), data={"to": "up"})
    assert names(study) == ["years", "role"]
    removed = as_alice.post(path(study, f"/{years.id}/remove"), follow_redirects=True)
    assert "Answers already given are kept." in removed.text
    assert names(study) == ["role"]


def test_a_facilitator_reads_and_cannot_change(as_fay: Browser, study: Study, years: Question) -> None:
    page = as_fay.get(path(study)).text
    assert "How many years?" in page
    assert "Add a question" not in page
    for further in ("", f"/{years.id}", f"/{years.id}/move", f"/{years.id}/remove"):
        assert as_fay.post(path(study, further), data=SENT).status_code == 403
    assert names(study) == ["years"]


def test_an_outsider_finds_nothing(as_charlie: Browser, study: Study, years: Question) -> None:
    assert as_charlie.get(path(study)).status_code == 404
    assert as_charlie.post(path(study, f"/{years.id}/remove")).status_code == 404
