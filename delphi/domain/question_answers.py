"""What an expert answers to a question about them, and when it need not be asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from delphi.domain.errors import DomainError

NOT_SAID = (
    "prefer not to say"  # kept like an answer, in every language, so that the question is not asked again
)


class Asked(Protocol):
    """A question: where its answer is kept, and what may be chosen."""

    @property
    def attribute(self) -> str: ...
    @property
    def several(self) -> bool: ...
    @property
    def choices(self) -> Sequence[Mapping[str, Any]]: ...


def known(question: Asked, attributes: Mapping[str, Sequence[str]]) -> list[str]:
    """The answer on record, as far as the question offers it: imported values may be worded otherwise."""
    offered = _offered(question)
    return [value for value in attributes.get(question.attribute, ()) if value in offered]


def label_of(value: str, question: Asked) -> Mapping[str, str]:
    """The words of a kept answer in each language; none where the question does not offer it."""
    return next((choice["label"] for choice in question.choices if choice["value"] == value), {})


def checked(question: Asked, sent: Sequence[str]) -> list[str]:
    """The answer as it is kept; refuses what was not offered, and more than fits."""
    chosen = list(dict.fromkeys(sent))
    if not set(chosen) <= _offered(question):
        raise DomainError("question.not_offered")
    if len(chosen) > 1 and NOT_SAID in chosen:
        raise DomainError("question.said_and_not_said")
    if len(chosen) > 1 and not question.several:
        raise DomainError("question.one_answer")
    return chosen


def _offered(question: Asked) -> set[str]:
    return {choice["value"] for choice in question.choices} | {NOT_SAID}
