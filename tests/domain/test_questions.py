"""Choices of questions about the expert, as typed."""

from __future__ import annotations

import pytest

from delphi.domain.errors import DomainError
from delphi.domain.questions import as_lines, check_attribute, check_text, choices

BOTH = ("en", "fr")


def test_choices_are_matched_line_by_line() -> None:
    found = choices({"en": " Nurse \n\nTeacher", "fr": "Soins\nEnseignement\n"}, BOTH)
    assert found == [
        {"value": "Nurse", "label": {"en": "Nurse", "fr": "Soins"}},
        {"value": "Teacher", "label": {"en": "Teacher", "fr": "Enseignement"}},
    ]
    assert as_lines(found, "fr") == "Soins\nEnseignement"


def test_the_value_is_the_text_in_the_main_language() -> None:
    found = choices({"en": "Nurse\nTeacher", "fr": "Soins\nEnseignement"}, ("fr", "en"))
    assert [choice["value"] for choice in found] == ["Soins", "Enseignement"]


def test_another_language_may_wait() -> None:
    found = choices({"en": "Nurse\nTeacher"}, BOTH)
    assert found[0] == {"value": "Nurse", "label": {"en": "Nurse"}}
    assert as_lines(found, "fr") == ""


@pytest.mark.parametrize(
    ("lines", "code", "language"),
    [
        ({"en": "", "fr": "Un\nDeux"}, "question.choice_count", "en"),
        ({"en": "One"}, "question.choice_count", "en"),
        ({"en": "\n".join(map(str, range(41)))}, "question.choice_count", "en"),
        ({"en": "One\none "}, "question.choice_twice", "en"),
        ({"en": "One; two\nThree"}, "question.choice_odd", "en"),
        ({"en": "x" * 201 + "\nThree"}, "question.choice_odd", "en"),
        ({"en": "One\nTwo", "fr": "Un"}, "question.choices_differ", "fr"),
        ({"en": "One\nTwo", "fr": "Un\nUn"}, "question.choice_twice", "fr"),
    ],
)
def test_choices_that_cannot_be_asked_are_refused(lines: dict[str, str], code: str, language: str) -> None:
    with pytest.raises(DomainError) as caught:
        choices(lines, BOTH)
    assert (caught.value.code, caught.value.params["language"]) == (code, language)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "expert.attribute_name"),
        ("x" * 81, "expert.attribute_name"),
        ("role: main", "question.attribute_odd"),
        ("role; main", "question.attribute_odd"),
    ],
)
def test_an_attribute_name_that_lists_cannot_hold_is_refused(name: str, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_attribute(name)
    assert caught.value.code == code


def test_a_question_may_have_300_characters() -> None:
    check_text("x" * 300, "en")
    with pytest.raises(DomainError) as caught:
        check_text("x" * 301, "en")
    assert caught.value.code == "question.text_too_long"
