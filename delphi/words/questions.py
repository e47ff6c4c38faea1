"""What experts say about themselves, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext

from delphi.domain.question_answers import NOT_SAID, Asked, label_of
from delphi.words import translated


def answer_in_words(value: str, question: Asked | None) -> str:
    """The words of the choice; what was kept, where no question offers it."""
    if value == NOT_SAID:
        return gettext("Prefer not to say")
    return translated(label_of(value, question) if question else {}, value)
