"""Who took part, by the questions the study asked about them: counts of which none tells of a few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from delphi.db import Translated
from delphi.domain.question_answers import NOT_SAID, known
from delphi.domain.small_cells import told_choices, told_parts
from delphi.models import Question

NO_ANSWER = ""


@dataclass(frozen=True)
class Count:
    """How many gave an answer; `label` is None for those who would not say and those who did not answer."""

    value: str  # NOT_SAID and NO_ANSWER beside the choices
    label: Translated | None
    number: int | None  # None: not told


@dataclass(frozen=True)
class Answered:
    question: Question
    counts: Sequence[Count]


@dataclass(frozen=True)
class Participants:
    """`total` took part: they answered something in a closed round. None where they are too few to be told."""

    total: int | None
    answered: Sequence[Answered]

    @property
    def hides(self) -> bool:
        return any(one.number is None for answered in self.answered for one in answered.counts)


Attributes = Mapping[str, Sequence[str]]


def counted(asked: Sequence[Question], took_part: Sequence[Attributes], minimum: int) -> Participants:
    """`took_part` has what each of them told about themselves."""
    found = [_answered(question, took_part, minimum) for question in asked]
    return Participants(len(took_part) if len(took_part) >= minimum else None, found)


def _answered(question: Question, took_part: Sequence[Attributes], minimum: int) -> Answered:
    answers = [known(question, attributes) for attributes in took_part]
    counted = Counter(value for given in answers for value in given or [NO_ANSWER])
    values = [choice["value"] for choice in question.choices]
    choices, outside = [counted[value] for value in values], [counted[NOT_SAID], counted[NO_ANSWER]]
    if question.several:
        told, beside = told_choices(choices, outside, len(answers), minimum)
        shown = [*told, *beside]
    else:
        shown = told_parts([*choices, *outside], minimum)
    labels = [*(choice["label"] for choice in question.choices), None, None]
    return Answered(
        question,
        [
            Count(value, label, number if one else None)
            for value, label, number, one in zip(
                [*values, NOT_SAID, NO_ANSWER], labels, [*choices, *outside], shown, strict=True
            )
        ],
    )
