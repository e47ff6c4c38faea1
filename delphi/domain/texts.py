"""Texts as people type them: one way to write the same thing, and ways to compare."""

from __future__ import annotations

import re
import unicodedata

# Control characters, marks of byte order, and halves of a pair, which no database can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """Composed letters, plain line ends, no control characters, no space around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def same(text: str) -> str:
    """What two ways to write one name have in common: case and the amount of space do not matter."""
    return " ".join(text.casefold().split())


def plain(text: str) -> str:
    """Without case or accents, for searching."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
