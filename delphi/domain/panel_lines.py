"""Panels as somebody types them who begins a study: a name a line, in every language of the study."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from delphi.domain.errors import DomainError

BETWEEN = "|"  # the names of one panel in the study's languages
LONGEST_CODE = 12

Named = tuple[str, dict[str, str]]


def read(text: str, languages: Sequence[str], reserved: Iterable[str] = ()) -> list[Named]:
    """(code, names) of each line; a code is made of the name's first letters, unlike those before it."""
    taken = {word.lower() for word in reserved}
    found: list[Named] = []
    for line in filter(str.strip, text.splitlines()):
        names = [name.strip() for name in line.split(BETWEEN)]
        if len(names) != len(languages) or not all(names):
            raise DomainError("panel.line_names", line=line.strip()[:60], count=len(languages))
        code = _code(names[0], taken)
        taken.add(code.lower())
        found.append((code, dict(zip(languages, names, strict=True))))
    return found


def _code(name: str, taken: set[str]) -> str:
    """The shortest beginning of the name that is free, in plain capitals; else P and a number."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^A-Za-z0-9]", "", plain).lstrip("0123456789").upper()[:LONGEST_CODE]
    candidates = [letters[: length + 1] for length in range(len(letters))]
    numbered = (f"P{number}" for number in range(1, len(taken) + 2))
    return next(code for code in (*candidates, *numbered) if code.lower() not in taken)
