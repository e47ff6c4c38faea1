"""XLSX workbooks: cells as clean text. Formulas are never evaluated, macros and links never followed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from delphi.domain.texts import clean
from delphi.importers.limits import MAX_ARCHIVE_MEMBERS, Limits
from delphi.importers.problems import TableError
from delphi.importers.sheets import Line, Sheet, limited

if not DEFUSEDXML:
    raise ImportError("workbooks are only read through defusedxml: install it and unset OPENPYXL_DEFUSEDXML")

EXACT = 1e15  # above it, "%g" would write an exponent


def read(data: bytes, wanted: str | None, limits: Limits) -> Sheet:
    _check_size(data, limits)
    try:
        return _read(data, wanted, limits)
    except TableError:
        raise
    except Exception as error:  # openpyxl raises a dozen kinds of error on a damaged file
        raise TableError("file.broken_workbook") from error


def _check_size(data: bytes, limits: Limits) -> None:
    """Before anything is unpacked; zipfile never unpacks more of a member than its entry says."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > MAX_ARCHIVE_MEMBERS or limits.unpacks_too_large(size):
        raise TableError("file.unpacks_too_large", limit=limits.unpacked_megabytes)


def _read(data: bytes, wanted: str | None, limits: Limits) -> Sheet:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        if wanted is not None and wanted not in sheets:
            raise TableError("file.no_such_sheet", sheet=wanted, sheets=", ".join(sheets))
        for name in [wanted] if wanted is not None else sheets:
            lines = limited(_lines(sheets[name], limits), limits)
            if lines:
                return Sheet(lines, name, tuple(sheets), padded=True)
    finally:
        book.close()
    raise TableError("file.empty")


def _lines(sheet: Any, limits: Limits) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a sheet says of its own size is not to be trusted
    for number, row in enumerate(sheet.iter_rows(max_col=limits.columns + 1, values_only=True), start=1):
        empty = row.count(None) == len(row)  # quick, for there can be a million of these
        yield Line(number, () if empty else _without_empty_end(tuple(_text(value) for value in row)))


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _text(value: Any) -> str:
    """As a person would have typed it. A formula keeps its "=", by which it is told and refused."""
    if value is None:
        return ""
    if isinstance(value, ArrayFormula | DataTableFormula):
        return "="
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, float) and abs(value) < EXACT:
        return f"{value:.15g}"  # the digits a spreadsheet shows
    return clean(str(value).replace("_x000D_", ""))
