"""Read a CSV or XLSX file into a table of clean text, or say what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from delphi.importers import delimited
from delphi.importers.contents import kind_of
from delphi.importers.limits import MAX_CELL, UPLOAD, Limits
from delphi.importers.problems import Problem, TableError
from delphi.importers.sheets import Line, Sheet

ENDINGS = {".csv": "text", ".tsv": "text", ".txt": "text", ".xlsx": "workbook"}
ERROR_VALUES = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


@dataclass(frozen=True)
class Row:
    """`number` is the row as a spreadsheet program counts it; `cells` has one text for each header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`problems` are cells that cannot be taken as they are; a table with any must not be imported."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_table(data: bytes, filename: str, sheet: str | None = None, limits: Limits = UPLOAD) -> Table:
    """The table in a file; `sheet` names one of a workbook, otherwise the first that is not empty is read."""
    if limits.too_large(len(data)):
        raise TableError("file.too_large", limit=limits.megabytes)
    if not data.strip():
        raise TableError("file.empty")
    if _checked_kind(data, filename) == "workbook":
        from delphi.importers import workbooks  # openpyxl takes numpy along, which other pages do without

        return _shaped(workbooks.read(data, sheet, limits))
    return _shaped(delimited.read(data, limits))


def _checked_kind(data: bytes, filename: str) -> str:
    ending = PurePath(filename).suffix.lower()
    found = kind_of(data)
    if found in ENDINGS.values() and ending not in ENDINGS:
        raise TableError("file.unknown_ending", name=filename)
    if found != ENDINGS.get(ending):
        raise TableError(f"file.really_{found}", name=filename, ending=ending)
    return found


def _shaped(sheet: Sheet) -> Table:
    """Header and rows told apart, every row as wide as the header."""
    lines = sheet.lines
    if not lines:
        raise TableError("file.empty")
    headers = _headers(lines[0].cells)
    if len(lines) == 1:
        raise TableError("file.only_header")
    rows = tuple(Row(line.number, _fitted(line.cells, len(headers))) for line in lines[1:])
    problems = [*_ragged(lines[1:], headers, sheet.padded), *_bad_cells(lines)]
    problems.sort(key=lambda problem: (problem.row or 0, problem.column or 0))
    return Table(headers, rows, sheet.name, sheet.names, tuple(_with_headers(problems, headers)))


def _headers(cells: Sequence[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    seen: set[str] = set()
    for header in filter(None, cells):
        if header.casefold() in seen:
            raise TableError("file.header_twice", header=header)
        seen.add(header.casefold())
    return tuple(" ".join(cell.split()) for cell in cells)


def _fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return tuple(cells[:width]) + ("",) * (width - len(cells))


def _ragged(lines: Iterable[Line], headers: Sequence[str], padded: bool) -> Iterable[Problem]:
    """Rows without a cell for each header. A workbook leaves empty cells out: there only extra ones count."""
    for line in lines:
        extra = next((index for index, cell in enumerate(line.cells) if cell and index >= len(headers)), None)
        facts = {"found": len(line.cells), "expected": len(headers)}
        if extra is not None:
            yield Problem("row.too_many_cells", line.number, extra + 1, params=facts)
        elif len(line.cells) < len(headers) and not padded:
            yield Problem("row.too_few_cells", line.number, params=facts)


def _bad_cells(lines: Iterable[Line]) -> Iterable[Problem]:
    for line in lines:
        for column, cell in enumerate(line.cells, start=1):
            if cell.startswith("="):
                yield Problem("cell.formula", line.number, column)
            elif cell in ERROR_VALUES:
                yield Problem("cell.error_value", line.number, column, params={"value": cell})
            elif len(cell) > MAX_CELL:
                facts = {"found": len(cell), "limit": MAX_CELL}
                yield Problem("cell.too_long", line.number, column, params=facts)


def _with_headers(problems: Iterable[Problem], headers: Sequence[str]) -> Iterable[Problem]:
    for problem in problems:
        column = problem.column
        header = headers[column - 1] if column and column <= len(headers) else ""
        yield Problem(problem.code, problem.row, column, header, problem.params)
