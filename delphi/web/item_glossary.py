"""The study's glossary on an item's card: a term is marked where it first stands, and explained below the title."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g
from markupsafe import Markup, escape

from delphi.domain.glossary import Piece, pieces, used
from delphi.models import WordingText
from delphi.services import glossary

_MARKED = Markup('<span class="explained">{}</span>')


class Reading:
    """The texts of one card, in one language. `mark` is asked for each line in the order in which it is shown."""

    def __init__(self, meanings: Mapping[str, str], text: WordingText) -> None:
        self._terms = tuple(meanings)
        self._marked: set[str] = set()
        met = used((text.title, text.description, text.examples), self._terms)
        self.entries = [(term, meanings[term]) for term in met]

    def mark(self, line: str) -> Markup:
        found = pieces(line, self._terms, self._marked)
        self._marked.update(piece.term for piece in found if piece.term)
        return Markup("").join(map(_shown, found))


def reading(text: WordingText) -> Reading:
    """The glossary is read once for a page."""
    if "glossary" not in g:
        g.glossary = glossary.meanings(g.study)
    return Reading(g.glossary.get(text.language, {}), text)


def _shown(piece: Piece) -> Markup:
    return _MARKED.format(piece.text) if piece.term else escape(piece.text)
