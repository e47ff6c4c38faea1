"""The words for codes: what a person reads for an error, a state, a role. One file a noun; doors ask `message` and `label`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from flask_babel import get_locale, gettext

from delphi.domain.errors import DomainError
from delphi.words import (
    accounts,
    advice,
    backups,
    bundles,
    comments,
    decisions,
    experts,
    figures,
    importing,
    items,
    messages,
    panels,
    presentation,
    presets,
    protocols,
    ratings,
    rehearsals,
    reports,
    rounds,
    studies,
    suggestions,
    verification,
    works,
)

_NOUNS = (
    accounts,
    studies,
    advice,
    protocols,
    presets,
    panels,
    items,
    experts,
    rounds,
    ratings,
    decisions,
    figures,
    messages,
    importing,
    presentation,
    suggestions,
    rehearsals,
    comments,
    works,
    backups,
    reports,
    bundles,
    verification,
)

ERRORS: dict[str, Any] = {code: text for noun in _NOUNS for code, text in noun.ERRORS.items()}
LABELS: dict[str, Any] = {key: text for noun in _NOUNS for key, text in noun.LABELS.items()}


def message(code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence for an error code; an unknown code is shown as it is, which a test forbids."""
    text = str(ERRORS[code]) if code in ERRORS else code
    return text % dict(params) if params else text


def explained(error: DomainError) -> str:
    """A refusal in words."""
    return message(error.code, error.params)


def label(noun: str, value: object) -> str:
    """The word for a value, such as label("round", "open")."""
    return str(LABELS.get(f"{noun}.{value}", value))


def lead_in(text: str) -> str:
    """A text that something follows, with the colon of the reader's language."""
    return gettext("%(text)s:", text=text)


def in_turn(texts: Iterable[str]) -> str:
    """One text or more, set apart by the semicolon of the reader's language."""
    first, *others = texts
    return reduce(lambda told, text: gettext("%(told)s; %(text)s", told=told, text=text), others, first)


def percent(value: float) -> str:
    """A whole percentage as the reader's language writes it."""
    return gettext("%(number)s%%", number=round(value))


def language_of(texts: Mapping[str, str] | None) -> str:
    """The language in which `translated` shows a text: the reader's, or the first there is."""
    texts = texts or {}
    locale = get_locale()
    own = locale.language if locale else "en"
    return own if texts.get(own) else next((code for code, text in texts.items() if text), own)


def translated(texts: Mapping[str, str] | None, fallback: str = "") -> str:
    """The reader's language of a text, or whichever language there is."""
    return (texts or {}).get(language_of(texts)) or fallback


__all__ = [
    "ERRORS",
    "LABELS",
    "explained",
    "gettext",
    "in_turn",
    "label",
    "language_of",
    "lead_in",
    "message",
    "percent",
    "translated",
]
