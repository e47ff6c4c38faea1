"""What both readers hand over: lines of clean text, numbered as a spreadsheet program numbers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from delphi.importers.limits import LAST_SPREADSHEET_ROW, Limits
from delphi.importers.problems import TableError


@dataclass(frozen=True)
class Line:
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """`padded`: short rows are complete, because the format leaves empty cells out."""

    lines: tuple[Line, ...]
    name: str | None = None
    names: tuple[str, ...] = ()
    padded: bool = False


def limited(lines: Iterable[Line], limits: Limits) -> tuple[Line, ...]:
    """The lines that are not blank, refused as soon as there are too many rows or columns."""
    kept: list[Line] = []
    for line in lines:
        if line.number > LAST_SPREADSHEET_ROW:
            raise TableError("file.too_many_rows", limit=limits.rows)
        if not any(line.cells):
            continue
        if any(line.cells[limits.columns :]):
            raise TableError("file.too_many_columns", limit=limits.columns)
        kept.append(line)
        if len(kept) > limits.rows + 1:  # and the header
            raise TableError("file.too_many_rows", limit=limits.rows)
    return tuple(kept)
