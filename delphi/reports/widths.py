"""How a table fills the page: each column gets what its longest word needs, and the rest by what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from delphi.reports.cells import shown
from delphi.reports.document import Column, Section, Shape, Table

UPRIGHT, SIDEWAYS = 120, 182  # letters in a line of small print on a sheet of A4
SLACK = 3  # letters, that even the narrowest column asks for
PADDING = 4  # letters, of both sides of a cell
LONGEST_WORD, LONGEST_TEXT = 24, 120  # longer ones are broken; longer texts ask for no more


def is_wide(table: Table) -> bool:
    return sum(_needs(table)) > UPRIGHT


def is_sideways(section: Section) -> bool:
    """All of it, so that no heading stands on another sheet than what it is about."""
    return any(is_wide(one) for one in section.blocks if isinstance(one, Table))


def shares(table: Table) -> list[float]:
    """Of the width, together 1: the words first, then room for the texts that have more than one line."""
    needs = _needs(table)
    room = max(0, (SIDEWAYS if is_wide(table) else UPRIGHT) - sum(needs))
    wishes = [
        SLACK + column.width * max(0, min(LONGEST_TEXT, _usual(table, at)) + PADDING - need)
        for at, (column, need) in enumerate(zip(table.columns, needs, strict=True))
    ]
    wanted = [need + room * wish / sum(wishes) for need, wish in zip(needs, wishes, strict=True)]
    return [one / sum(wanted) for one in wanted]


def _needs(table: Table) -> list[int]:
    return [
        PADDING + min(LONGEST_WORD, _most(table, at, _measure(column)))
        for at, column in enumerate(table.columns)
    ]


def _measure(column: Column) -> Callable[[str], int]:
    return _longest_word if column.shape is Shape.TEXT else len


def _most(table: Table, at: int, measure: Callable[[str], int]) -> int:
    column = table.columns[at]
    return max([_longest_word(column.title), *(measure(shown(row[at], column)) for row in table.rows)])


def _usual(table: Table, at: int) -> float:
    """Between the longest text and the mean one: a column with a single long text does not get all the room."""
    lengths = [len(shown(row[at], table.columns[at])) for row in table.rows] or [0]
    return sqrt(max(lengths) * sum(lengths) / len(lengths))


def _longest_word(text: str) -> int:
    return max(map(len, text.replace("-", "- ").split()), default=0)
