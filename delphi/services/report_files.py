"""A document as a file: PDF, Word or a workbook. Drawing the figures takes seconds, so it is long work."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from flask import render_template
from flask_babel import force_locale

from delphi.domain.works import Options, Progress
from delphi.exporters.pdf import to_pdf
from delphi.models import Study
from delphi.reports import word, workbook
from delphi.reports.cells import shown
from delphi.reports.document import Block, Document
from delphi.reports.figures.figure import Spec
from delphi.reports.numbering import numbered
from delphi.reports.widths import is_sideways, shares
from delphi.services import pictures
from delphi.services.reporting import documents


class Format(StrEnum):
    """Each is also the end of its file's name."""

    PDF = "pdf"
    WORD = "docx"
    WORKBOOK = "xlsx"


def write(document: Document, wanted: Format, target: Path) -> None:
    """The whole file in the document's language."""
    with force_locale(document.language):
        WRITE[wanted](document, target)


def make(
    wanted: Format, study: Study, options: Options, target: Path, progress: Progress, *, now: datetime
) -> None:
    """As long work: the document of this key in this language."""
    progress("reading", 0, 0)
    document = documents.build(study, options["document"], options["language"], now=now)
    progress("writing", 0, 0)
    write(document, wanted, target)


def name(wanted: Format, study: Study, options: Options) -> str:
    return f"study-{study.id}-{options['document']}-{options['language']}.{wanted}"


class Reading:
    """What the template of a document asks about its blocks; `on_paper`: for a PDF rather than a page."""

    def __init__(self, document: Document, *, on_paper: bool) -> None:
        self.numbers, self.on_paper = numbered(document), on_paper

    shown = staticmethod(shown)
    shares = staticmethod(shares)
    is_sideways = staticmethod(is_sideways)

    @staticmethod
    def kind(block: Block) -> str:
        return type(block).__name__.lower()

    @classmethod
    def picture(cls, spec: Spec) -> str:
        return cls.inline(pictures.of(spec, "svg").decode())

    @staticmethod
    def inline(svg: str) -> str:
        """In the page itself: a document has no other files."""
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _pdf(document: Document, target: Path) -> None:
    reading = Reading(document, on_paper=True)
    page = render_template("reports/document.html", document=document, reading=reading)
    target.write_bytes(to_pdf(page, "report.css"))


def _word(document: Document, target: Path) -> None:
    word.write(document, target, pictures.of)


WRITE: dict[Format, Callable[[Document, Path], None]] = {
    Format.PDF: _pdf,
    Format.WORD: _word,
    Format.WORKBOOK: workbook.write,
}
