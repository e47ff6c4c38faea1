"""The pictures of the study report in docs/images: pages of its PDF, drawn by Poppler."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from delphi.models import Study
from delphi.services import report_files
from delphi.services.report_files import Format
from delphi.services.reporting import documents
from tests.support.pictures import save

# Name of the picture and how a line of its page begins; of the first page, nothing.
PAGES = {"report-front": "", "report-flow": "Figure 1.", "report-results": "Results by item"}
DOTS = 80  # to the inch


def take(study: Study, now: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.pdf"
        report_files.write(documents.build(study, "report", "en", now=now), Format.PDF, file)
        pages = _run("pdftotext", "-layout", str(file), "-").split("\f")
        for name, beginning in PAGES.items():
            number = next((at for at, text in enumerate(pages[1:], 2) if _has(text, beginning)), 1)
            save(_drawn(file, number if beginning else 1), name)


def _has(page: str, beginning: str) -> bool:
    return any(line.replace("\u00a0", " ").strip().startswith(beginning) for line in page.splitlines())


def _drawn(file: Path, number: int) -> bytes:
    target = file.with_name("page")
    place = ("-f", str(number), "-l", str(number), "-singlefile", "-r", str(DOTS))
    _run("pdftoppm", *place, "-png", str(file), str(target))
    return target.with_suffix(".png").read_bytes()


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
