"""Answers to questions about the expert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from delphi.domain.errors import DomainError
from delphi.domain.question_answers import NOT_SAID, checked, known


@dataclass(frozen=True)
class Question:
    several: bool = False
    attribute: str = "role"

    @property
    def choices(self) -> list[dict[str, Any]]:
        return [{"value": value, "label": {"en": value}} for value in ("Nurse", "Teacher", "Other")]


ONE, MANY = Question(), Question(several=True)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, []),
        ({"role": ["Nurse"]}, ["Nurse"]),
        ({"role": ["Registered nurse", "Teacher"]}, ["Teacher"]),
        ({"role": [NOT_SAID]}, [NOT_SAID]),
        ({"work": ["Nurse"]}, []),
    ],
)
def test_only_what_the_question_offers_is_known(
    attributes: dict[str, list[str]], expected: list[str]
) -> None:
    assert known(ONE, attributes) == expected


@pytest.mark.parametrize(
    ("question", "sent", "kept"),
    [
        (ONE, [], []),
        (ONE, ["Nurse"], ["Nurse"]),
        (ONE, [NOT_SAID], [NOT_SAID]),
        (MANY, ["Other", "Nurse", "Other"], ["Other", "Nurse"]),
        (MANY, [NOT_SAID], [NOT_SAID]),
    ],
)
def test_what_may_be_answered(question: Question, sent: list[str], kept: list[str]) -> None:
    assert checked(question, sent) == kept


@pytest.mark.parametrize(
    ("question", "sent", "code"),
    [
        (ONE, ["Pilot"], "question.not_offered"),
        (MANY, ["Nurse", ""], "question.not_offered"),
        (ONE, ["Nurse", "Teacher"], "question.one_answer"),
        (MANY, ["Nurse", NOT_SAID], "question.said_and_not_said"),
        (ONE, ["Nurse", NOT_SAID], "question.said_and_not_said"),
    ],
)
def test_what_may_not(question: Question, sent: list[str], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked(question, sent)
    assert refused.value.code == code
