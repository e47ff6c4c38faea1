"""Where the terms of a glossary stand in a text: whole words, whatever their case, the longest first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

LONGEST_TERM = 80
LONGEST_MEANING = 600

_EDGE = r"[\w\-\u2010\u2011]"  # "violence" does not stand in "non-violence"
_NOWHERE = re.compile(r"(?!)")


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `term`, as the glossary writes it, where the stretch is one."""

    text: str
    term: str | None = None


def pieces(text: str, terms: Iterable[str], known: Collection[str] = ()) -> list[Piece]:
    """The text in order, the first occurrence of each term apart; terms already `known` stay in the text."""
    ordered, pattern = _pattern(tuple(terms))
    seen, found, start = set(known), [], 0
    for match in pattern.finditer(text):
        term = ordered[(match.lastindex or 0) - 1]
        if term not in seen:
            seen.add(term)
            found += [Piece(text[start : match.start()]), Piece(match[0], term)]
            start = match.end()
    return [piece for piece in (*found, Piece(text[start:])) if piece.text]


def used(texts: Iterable[str], terms: Iterable[str]) -> list[str]:
    """The terms that stand in some texts, in the order in which a reader meets them."""
    listed = tuple(terms)
    met = (piece.term for text in texts for line in text.splitlines() for piece in pieces(line, listed))
    return list(dict.fromkeys(term for term in met if term))


@lru_cache(maxsize=64)
def _pattern(terms: tuple[str, ...]) -> tuple[list[str], re.Pattern[str]]:
    """The terms, longest first, and what finds them: group n is the n-th of them."""
    ordered = sorted(filter(str.strip, terms), key=len, reverse=True)
    if not ordered:
        return [], _NOWHERE
    choices = "|".join(f"({_loosely(term)})" for term in ordered)
    return ordered, re.compile(f"(?<!{_EDGE})(?:{choices})(?!{_EDGE})", re.IGNORECASE)


def _loosely(term: str) -> str:
    """Any space for a space, either apostrophe for an apostrophe."""
    words = (re.escape(word).replace("’", "'").replace("'", "['’]") for word in term.split())
    return r"\s+".join(words)
