"""What an item says: its limits, and what changed between two wordings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from delphi.domain.texts import clean, one_line

LIMITS = {"title": 500, "description": 10_000, "examples": 10_000}

_TOKENS = re.compile(r"\w+(?:['’\-]\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True)
class ItemText:
    """A wording in one language; one example a line."""

    title: str
    description: str = ""
    examples: str = ""

    def __bool__(self) -> bool:
        return bool(self.title or self.description or self.examples)


def written(title: str, description: str = "", examples: str = "") -> ItemText:
    """A text as typed or read from a file: the title on one line, examples one a line without blank ones."""
    lines = (line.strip() for line in clean(examples).split("\n"))
    return ItemText(one_line(title), clean(description), "\n".join(filter(None, lines)))


class TextProblem(NamedTuple):
    """`code` is empty_title, title_too_long, description_too_long or examples_too_long."""

    code: str
    language: str
    field: str
    found: int = 0
    limit: int = 0


def text_problems(texts: Mapping[str, ItemText]) -> Iterator[TextProblem]:
    """A title is needed in each language that says anything, and in one at least."""
    said = {language: text for language, text in texts.items() if text}
    if not said:
        yield TextProblem("empty_title", next(iter(texts), ""), "title")
    for language, text in said.items():
        if not text.title:
            yield TextProblem("empty_title", language, "title")
        for field, limit in LIMITS.items():
            found = len(getattr(text, field))
            if found > limit:
                yield TextProblem(f"{field}_too_long", language, field, found, limit)


class PieceKind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    kind: PieceKind
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """Word by word. Same and removed pieces joined are `old`, same and added ones `new`, to the letter."""
    return list(_pieces(_readable(_changes(_TOKENS.findall(old), _TOKENS.findall(new)))))


def changes(old: Mapping[str, ItemText], new: Mapping[str, ItemText]) -> dict[str, dict[str, list[Piece]]]:
    """Language -> field -> its pieces, for what differs between two wordings."""
    found: dict[str, dict[str, list[Piece]]] = {}
    for language in dict.fromkeys((*new, *old)):
        before, after = old.get(language, ItemText("")), new.get(language, ItemText(""))
        for field in LIMITS:
            if getattr(before, field) != getattr(after, field):
                pieces = difference(getattr(before, field), getattr(after, field))
                found.setdefault(language, {})[field] = pieces
    return found


class _Change(NamedTuple):
    """Tokens that stand on both sides (`removed` is `added`) or were replaced; either side may be empty."""

    same: bool
    removed: Sequence[str]
    added: Sequence[str]


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_Change(tag == "equal", old[i:j], new[k:m]) for tag, i, j, k, m in opcodes]


def _readable(changes: Sequence[_Change]) -> Iterator[_Change]:
    """Changes with next to nothing between them are one change: phrases are read, not scattered words."""
    removed: list[str] = []
    added: list[str] = []
    for index, change in enumerate(changes):
        joins = 0 < index < len(changes) - 1 and _is_slight(change.removed)
        if change.same and not joins:
            yield _Change(False, removed, added)
            yield change
            removed, added = [], []
        else:
            removed, added = [*removed, *change.removed], [*added, *change.added]
    yield _Change(False, removed, added)


def _is_slight(tokens: Iterable[str]) -> bool:
    """No more than spaces, punctuation and one short word."""
    words = [token for token in tokens if token[0].isalnum()]
    return not words or (len(words) == 1 and len(words[0]) <= 3)


def _pieces(changes: Iterable[_Change]) -> Iterator[Piece]:
    for change in changes:
        if change.same:
            yield Piece(PieceKind.SAME, "".join(change.added))
            continue
        for kind, tokens in ((PieceKind.REMOVED, change.removed), (PieceKind.ADDED, change.added)):
            if tokens:
                yield Piece(kind, "".join(tokens))
