"""The report of the demo study in every format and language: read again, each tells the same key numbers."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import load_workbook

from delphi.models import Study
from delphi.reports.cells import AT_THE_RIGHT, NOTHING, shown
from delphi.reports.document import Document, Table
from delphi.reports.numbering import tables
from delphi.services import accounts, demo, report_files
from delphi.services.report_files import Format
from delphi.services.reporting import documents, writing
from delphi.services.reporting.writing import Draft

pytestmark = pytest.mark.any_database
pytest.importorskip("weasyprint", reason="Pango, which makes PDF files, is not installed", exc_type=OSError)

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
OWN = {"en": "Nobody paid for this demonstration.", "fr": "Personne n’a payé cette démonstration."}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_format_tells_the_same_numbers(app: Flask, tmp_path: Path, language: str) -> None:
    """One test, as the files take long to make."""
    document = documents.build(_study(), "report", language, now=NOW)
    for one in Format:
        report_files.write(document, one, tmp_path / f"report.{one}")
    _workbook_is_exact(document, tmp_path / "report.xlsx")
    _word_holds_every_table(document, tmp_path / "report.docx")
    for program in ("pdftotext", "pdfinfo", "soffice"):
        if shutil.which(program) is None:
            pytest.skip(f"{program}, which reads files again, is not installed")
    _pdf_tells_every_result(document, tmp_path / "report.pdf")
    _pdf_is_accessible(document, tmp_path / "report.pdf")
    _word_opens_in_libreoffice(document, tmp_path / "report.docx")


def _study() -> Study:
    """The demo's, with a text of the team's own."""
    made = demo.load(NOW)
    alice = accounts.of_address(demo.STAFF[0][0])
    assert alice is not None
    seen = writing.digest(writing.current(made, "report", "funding"))
    writing.save(made, "report", "funding", Draft(OWN, True), seen=seen, by=alice, now=NOW)
    return made


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout


def squeezed(text: str) -> str:
    """Without space, soft hyphens or line ends: a cell may be broken anywhere."""
    return re.sub(r"[\s\u00ad\u00a0\u202f]", "", text)


def results(document: Document) -> list[Table]:
    """Those that hold each item's numbers and verdict."""
    found = [one for one in tables(document) if re.fullmatch(r"results-\d+", one.key)]
    assert found
    return found


def told(table: Table, language: str) -> list[list[str]]:
    with force_locale(language):
        return [
            [shown(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]


def _workbook_is_exact(document: Document, file: Path) -> None:
    book = load_workbook(file, read_only=True)
    for table in tables(document):
        rows = list(book[table.key[:31]].iter_rows(values_only=True))
        assert list(rows[0]) == [column.title for column in table.columns]
        for kept, row in zip(rows[1:], table.rows, strict=True):
            empty = [None] * (len(row) - len(kept))  # the last cells of a row, where there is nothing
            assert [as_read(cell) for cell in kept] + empty == [as_written(cell) for cell in row], table.key


def _word_holds_every_table(document: Document, file: Path) -> None:
    word = docx.Document(str(file))
    for one, table in zip(tables(document), word.tables, strict=True):
        rows = [[_text(cell) for cell in row.iter(f"{W}tc")] for row in table._tbl.iter(f"{W}tr")]
        assert rows[1:] == [list(map(squeezed, row)) for row in told(one, document.language)], one.key
    assert OWN[document.language] in [one.text for one in word.paragraphs]


def _text(cell: Any) -> str:
    return squeezed("".join(text.text or "" for text in cell.iter(f"{W}t")))


def _pdf_tells_every_result(document: Document, file: Path) -> None:
    text = run("pdftotext", "-layout", str(file), "-")
    for table in results(document):
        for code, *rest in told(table, document.language):
            numbers = [
                cell
                for cell, column in zip(rest, table.columns[1:], strict=True)
                if column.shape in AT_THE_RIGHT and cell != NOTHING
            ]
            assert in_one_line(text, code, numbers), (code, numbers)
    verdicts = {str(row[-2]) for table in results(document) for row in table.rows}
    assert [one for one in (*verdicts, OWN[document.language]) if squeezed(one) not in squeezed(text)] == []


def _pdf_is_accessible(document: Document, file: Path) -> None:
    about = run("pdfinfo", str(file))
    assert re.search(r"^Tagged: +yes", about, re.MULTILINE)
    assert re.search(rf"^Title: +{re.escape(document.title[:30])}", about, re.MULTILINE)
    structure = set(re.findall(r"\b\w+\b", run("pdfinfo", "-struct", str(file))))
    assert {"H1", "H2", "Table", "TH", "Caption", "Figure"} <= structure
    raw = unpacked(file.read_bytes())
    assert f"/Lang ({document.language})".encode() in raw
    assert re.findall(rb"/Outlines \d+ 0 R", raw)
    assert raw.count(b"/First ") > 0


def _word_opens_in_libreoffice(document: Document, file: Path) -> None:
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    again = file.parent / "again"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(again), str(file))
    text = squeezed(run("pdftotext", "-layout", str(again / "report.pdf"), "-"))
    codes = [str(row[0]) for table in results(document) for row in table.rows]
    titles = [squeezed(one.title) for one in document.sections]
    assert [one for one in (*titles, *codes, squeezed(OWN[document.language])) if one not in text] == []


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def as_read(cell: Any) -> Any:
    return cell.date().isoformat() if isinstance(cell, datetime) else cell


def as_written(cell: Any) -> Any:
    """An empty text is no cell; days have no hour."""
    return (
        cell.isoformat()[:10]
        if hasattr(cell, "isoformat")
        else (cell or None if isinstance(cell, str) else cell)
    )


def in_one_line(text: str, code: str, numbers: list[str]) -> bool:
    """After the item's code, in order."""
    pattern = r".*?\s".join(re.escape(squeezed(one)) for one in numbers)
    lines = (re.sub(r"(?<=\d)\s(?=%)", "", line) for line in text.splitlines() if code in line)
    return any(re.search(pattern, line) for line in lines)


def unpacked(pdf: bytes) -> bytes:
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompress(stream))
    return b"".join(found)
