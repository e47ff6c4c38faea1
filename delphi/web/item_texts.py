"""Texts of items as experts meet them: long ones folded, changes word by word, in the language there is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask_babel import get_locale

from delphi.domain.wordings import Piece, PieceKind, difference
from delphi.models import Wording, WordingText

FOLD_FROM = 700  # characters; shorter descriptions are shown whole
SHOWN = 360
AROUND = 60  # characters left on each side of a change


def folded(text: str) -> tuple[str, str]:
    """What is shown of a text at once, and what follows when it is unfolded; cut after a sentence or word."""
    text = text.strip()
    if len(text) <= FOLD_FROM:
        return text, ""
    ends = [found.end() for found in re.finditer(r"[.!?…;](?=\s)", text[:FOLD_FROM])]
    after = next((end for end in ends if end >= SHOWN // 2), None) or text.rfind(" ", 0, SHOWN)
    cut = after if after > 0 else SHOWN
    return text[:cut], text[cut:].strip()


def text_of(wording: Wording, main_language: str) -> WordingText:
    """A wording in the reader's language, else in the study's main one, else in any."""
    texts = {text.language: text for text in wording.texts}
    return texts.get(str(get_locale())) or texts.get(main_language) or wording.texts[0]


def changes(old: str, new: str) -> list[Piece]:
    """What changed, word by word, with no more of the unchanged text than shows where."""
    return list(_near(difference(old, new))) if old != new else []


def _near(pieces: list[Piece]) -> Iterator[Piece]:
    for index, piece in enumerate(pieces):
        if piece.kind is not PieceKind.SAME or len(piece.text) <= 3 * AROUND:
            yield piece
            continue
        before = piece.text[:AROUND].rpartition(" ")[0] + " … " if index else "… "
        after = piece.text[-AROUND:].partition(" ")[2] if index < len(pieces) - 1 else ""
        yield Piece(PieceKind.SAME, before + after)
