"""A report as a workbook: a sheet for each table, numbers to the last digit; rows are written as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from delphi.reports import cells
from delphi.reports.document import Cell, Column, Document, Shape, Table
from delphi.reports.numbering import numbered, tables

# Texts that a spreadsheet could run are marked as texts, as a person does with an apostrophe.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST_NAME, LONGEST_TEXT = 31, 32_767
WIDTHS = {Shape.TEXT: 34, Shape.CODE: 14, Shape.DAY: 14}
CONTENTS_WIDTHS = {"A": 22, "B": 24, "C": 70, "D": 8, "E": 90}
INK, SOFT = "1B2330", "E2F0EE"


def write(document: Document, target: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _describe(book, document)
    names = _names(document)
    _contents(book, document, names)
    for table in tables(document):
        _sheet(book, table, names[table.key])
    book.save(target)


def _describe(book: Any, document: Document) -> None:
    told = book.properties
    told.title, told.subject, told.language = document.title, document.subtitle, document.language
    told.creator = "Delphi"
    told.created = told.modified = document.made_at.replace(tzinfo=None)


def _names(document: Document) -> dict[str, str]:
    """Table's key -> name of its sheet, which may be at most so long and in no two cases the same."""
    names: dict[str, str] = {}
    taken = {_("Contents").casefold()}
    for table in tables(document):
        name, number = table.key[:LONGEST_NAME], 1
        while name.casefold() in taken:
            number += 1
            name = f"{table.key[: LONGEST_NAME - 4]}-{number}"
        taken.add(name.casefold())
        names[table.key] = name
    return names


def _contents(book: Any, document: Document, names: dict[str, str]) -> None:
    """What the workbook is of, then a line a table that leads to its sheet."""
    sheet = book.create_sheet(_("Contents"))
    for letter, width in CONTENTS_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.append([_text(sheet, document.title, bold=True)])
    sheet.append([_text(sheet, document.subtitle)])
    for name, value in document.facts:
        sheet.append([_text(sheet, name), _text(sheet, value)])
    sheet.append([])
    sheet.append(
        [_head(sheet, one) for one in (_("Table"), _("Sheet"), _("What it shows"), _("Rows"), _("Notes"))]
    )
    numbers = numbered(document)
    for table in tables(document):
        link = _text(sheet, names[table.key])
        link.hyperlink = f"#'{names[table.key]}'!A1"
        link.style = "Hyperlink"
        sheet.append(
            [
                numbers.of(table),
                link,
                _text(sheet, table.caption, wrap=True),
                len(table.rows),
                _text(sheet, table.note, wrap=True),
            ]
        )


def _sheet(book: Any, table: Table, name: str) -> None:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, 1):
        width = WIDTHS.get(column.shape, 12) + 8 * (column.width - 1)
        sheet.column_dimensions[get_column_letter(number)].width = max(width, min(40, len(column.title) + 2))
    sheet.append([_head(sheet, column.title) for column in table.columns])
    for row in _rows(sheet, table.columns, table.rows):
        sheet.append(row)


def _rows(sheet: Any, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Iterator[list[Any]]:
    return ([_cell(sheet, cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows)


def _cell(sheet: Any, cell: Cell, column: Column) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str):
        return _text(sheet, cell, wrap=column.shape is Shape.TEXT)
    if isinstance(cell, date):
        return _formatted(sheet, cells.day(cell), "yyyy-mm-dd")
    return _formatted(sheet, cell, _format(column))


def _formatted(sheet: Any, value: Any, code: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    made: Any = WriteOnlyCell(sheet, value)
    if isinstance(value, float):  # written with all its digits: the library would round to sixteen
        made._value = repr(value)
    made.number_format = code
    return made


def _format(column: Column) -> str:
    """How many digits are seen; a spreadsheet writes them in its reader's language."""
    if column.shape in (Shape.TEXT, Shape.CODE):
        return "General"
    digits = f"0.{'0' * column.digits}" if column.digits else "0"
    return f'{digits}"%"' if column.shape is Shape.PERCENT else digits


def _text(sheet: Any, text: str, *, bold: bool = False, wrap: bool = False) -> Any:
    """Never a formula, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_TEXT])
    made.data_type = "s"
    if text.startswith(RUNS):
        made.quotePrefix = True
    if bold:
        made.font = Font(bold=True, color=INK)
    if wrap:
        made.alignment = Alignment(wrap_text=True, vertical="top")
    return made


def _head(sheet: Any, text: str) -> Any:
    from openpyxl.styles import PatternFill

    made = _text(sheet, text, bold=True, wrap=True)
    made.fill = PatternFill("solid", fgColor=SOFT)
    return made
