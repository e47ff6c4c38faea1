"""CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

# A spreadsheet runs a cell that starts with one of these; an apostrophe in front makes it text again. A text that
# has apostrophes there of its own gets one more, so that taking one away always gives the text back.
RUNS_AS_FORMULA = re.compile(r"'* *[=+\-@\t\r\n]")

Cell = str | int | float | bool | datetime | None


def neutral(value: Cell) -> str:
    """A cell as text: nothing for None, ISO times, and text that would run as a formula disarmed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, int | float):
        return repr(value)
    return "'" + value if RUNS_AS_FORMULA.match(value) else value


def original(text: str) -> str:
    """What a text was before `neutral` disarmed it."""
    return text[1:] if text.startswith("'") and RUNS_AS_FORMULA.match(text) else text


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with the mark that makes spreadsheets read it as such."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def to_zip(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    """A ZIP whose bytes depend on its content and `made_at` alone."""
    stamp = made_at.timetuple()[:6]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, stamp), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
