"""What every figure is: words, a table, and a specification that draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None
Spec = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """`spec` draws the figure without its title; it is None where nothing may be or can be drawn.

    `rows` is the data table: everything that is drawn, and nothing that is not shown.
    """

    title: str
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    spec: Spec | None

    def titled(self) -> Spec:
        """For a document: with the title and the caption in the picture."""
        if self.spec is None:
            raise ValueError("there is nothing to draw")
        title = {"text": self.title, "subtitle": _lines(self.caption)}
        return {**self.spec, "title": title}


@dataclass(frozen=True)
class Numbers:
    """One item's numbers in one round, of one group that may be shown.

    `group` is "pooled" or a panel's code; since the item was last rated, `change` is in points of `high`, and `changed`
    the percentage of those who rated both times who changed their answer;
    percentages, median and quartiles are None where nobody rated.
    """

    item: str
    title: str
    round: int
    group: str
    verdict: str
    counts: Sequence[int]
    unable: int
    low: float | None
    high: float | None
    median: float | None
    q1: float | None
    q3: float | None
    change: float | None = None
    changed: float | None = None

    @property
    def n(self) -> int:
        return sum(self.counts)

    @property
    def iqr(self) -> float | None:
        return None if self.q1 is None or self.q3 is None else self.q3 - self.q1


def rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _lines(text: str, width: int = 92) -> list[str]:
    lines, words = [""], text.split()
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
