"""Plain texts made ready to read: paragraphs and simple lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

_BULLET = re.compile(r"\s*[-*•–]\s+")


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list where its lines are bullets."""

    lines: list[str]
    is_list: bool = False


def blocks(text: str) -> list[Block]:
    """Paragraphs stand between empty lines; lines that start with a dash, a star or a bullet make a list."""
    return [
        Block([_BULLET.sub("", line, count=1) for line in lines], is_list)
        for paragraph in re.split(r"\n\s*\n", text.strip())
        for is_list, lines in groupby(paragraph.splitlines(), key=lambda line: bool(_BULLET.match(line)))
    ]
