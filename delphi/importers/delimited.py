"""CSV and its relatives: UTF-8 or UTF-16 with a mark, separated by comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from delphi.domain.texts import clean
from delphi.importers.limits import MAX_CELL, Limits
from delphi.importers.problems import TableError
from delphi.importers.sheets import Line, Sheet, limited

_SEPARATORS = ",;\t"
_CONTEXT = 20


def read(data: bytes, limits: Limits) -> Sheet:
    text = _decoded(data)
    return Sheet(limited(_lines(text, _separator(text)), limits))


def _decoded(data: bytes) -> str:
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        if utf16:
            raise TableError("file.broken_utf16") from None
        raise _wrong_encoding(data, _start(data, error)) from None


def _start(data: bytes, error: UnicodeDecodeError) -> int:
    """Where the bad byte is in the file: the decoder does not count a mark it has skipped."""
    return error.start + len(data) - len(error.object)


def _wrong_encoding(data: bytes, at: int) -> TableError:
    before = data[:at].splitlines()
    row = max(1, len(before) + data[:at].endswith((b"\n", b"\r")))
    line_start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    near = data[max(line_start, at - _CONTEXT) : at].decode("utf-8", "ignore")
    place = {"row": row, "position": at - line_start + 1, "near": near}
    return TableError("file.wrong_encoding", byte=f"0x{data[at]:02X}", **place)


def _separator(text: str) -> str:
    """The one that gives the header the most cells; the comma where none does."""
    return max(_SEPARATORS, key=lambda separator: _header_width(text, separator))


def _header_width(text: str, separator: str) -> int:
    reader = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=separator)
    try:
        return len(next(reader, []))
    except csv.Error:
        return 0


def _lines(text: str, separator: str) -> Iterator[Line]:
    """Rows are counted as records: a line break inside quotes does not start a new one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            yield Line(number, tuple(clean(cell) for cell in record))
    except csv.Error as error:
        if "field limit" in str(error):
            raise TableError("file.cell_too_long", row=number + 1, limit=MAX_CELL) from None
        raise TableError("file.broken_quotes", row=number + 1) from None
