"""Cells of tables as they are read; the numbers themselves stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import format_date, format_decimal, gettext as _

from delphi.reports.document import Cell, Column, Shape

NOTHING = "–"
# Numbers stand under each other at the right.
AT_THE_RIGHT = (Shape.COUNT, Shape.NUMBER, Shape.PERCENT)


def shown(cell: Cell, column: Column) -> str:
    """A text stays as it is in any column: it may say why a number is not shown."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, date):
        return str(format_date(day(cell), "medium"))
    if isinstance(cell, str):
        return cell
    return NUMBERS.get(column.shape, _number)(cell, column)


def day(cell: date) -> date:
    """Refuses a moment: which day it is depends on a calendar, and sections know that of the study."""
    if isinstance(cell, datetime):
        raise TypeError(f"{cell} is a moment, not a day")
    return cell


def _number(value: float, column: Column) -> str:
    return str(format_decimal(value, f"#,##0.{'0' * column.digits}" if column.digits else "#,##0"))


def _percent(value: float, column: Column) -> str:
    return _("%(number)s%%", number=_number(value, column))


def _plain(value: float, _column: Column) -> str:
    """In a column of texts: as it is written elsewhere, such as a median of 7 or 7.5."""
    return str(format_decimal(round(value, 2)))


NUMBERS: dict[Shape, Callable[[float, Column], str]] = {
    Shape.PERCENT: _percent,
    Shape.TEXT: _plain,
    Shape.CODE: _plain,
}
