"""Questions about the expert: their choices as typed, a line each, the languages matched by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from delphi.domain import attributes
from delphi.domain.errors import DomainError
from delphi.domain.texts import one_line, same

LONGEST_TEXT = 300
FEWEST_CHOICES = 2
MOST_CHOICES = 40

Choice = dict[str, Any]  # {"value": "Nurse", "label": {"en": "Nurse", "fr": "Infirmier, infirmière"}}


def choices(lines: Mapping[str, str], languages: Sequence[str]) -> list[Choice]:
    """A choice a line; what is kept as the answer is its text in the main language, the first one."""
    main, *others = languages
    listed = {language: _lines(lines.get(language, "")) for language in languages}
    _check_choices(listed[main], main)
    for language in others:
        if listed[language]:
            _check_as_many(listed, main, language)
            _check_choices(listed[language], language)
    return [
        {"value": value, "label": {code: found[place] for code, found in listed.items() if found}}
        for place, value in enumerate(listed[main])
    ]


def as_lines(choices: Sequence[Choice], language: str) -> str:
    """The choices as `choices` reads them."""
    return "\n".join(choice["label"].get(language, "") for choice in choices).strip()


def check_attribute(name: str) -> None:
    """A name that lists, imports and exports can hold: short, and without what they separate by."""
    attributes.check_name(name)
    if any(character in name for character in ":;"):
        raise DomainError("question.attribute_odd", field="attribute")


def check_text(text: str, language: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise DomainError("question.text_too_long", field="text", language=language, most=LONGEST_TEXT)


def _lines(text: str) -> list[str]:
    return [line for line in map(one_line, text.splitlines()) if line]


def _check_choices(found: Sequence[str], language: str) -> None:
    if not FEWEST_CHOICES <= len(found) <= MOST_CHOICES:
        raise DomainError(
            "question.choice_count",
            field="choices",
            language=language,
            least=FEWEST_CHOICES,
            most=MOST_CHOICES,
        )
    if len(set(map(same, found))) < len(found):
        raise DomainError("question.choice_twice", field="choices", language=language)
    for text in found:
        if ";" in text or len(text) > attributes.LONGEST_VALUE:
            raise DomainError(
                "question.choice_odd",
                field="choices",
                language=language,
                choice=text[:40],
                most=attributes.LONGEST_VALUE,
            )


def _check_as_many(listed: Mapping[str, Sequence[str]], main: str, language: str) -> None:
    if len(listed[language]) != len(listed[main]):
        raise DomainError(
            "question.choices_differ",
            field="choices",
            language=language,
            found=len(listed[language]),
            wanted=len(listed[main]),
        )
