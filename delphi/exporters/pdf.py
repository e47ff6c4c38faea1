"""A page as a PDF file. Nothing is fetched: what is not in the page is not in the file."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from delphi.domain.errors import DomainError

STYLES = Path(__file__).parent
SELDOM = 100_000  # objects more than there were


def to_pdf(page: str, style: str = "pdf.css") -> bytes:
    """Tagged, for screen readers; pictures stand in the page as `data:`. The library is loaded at first use."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):  # the package, or Pango below it
        raise DomainError("pdf.not_available") from None
    nothing = URLFetcher(allowed_protocols=("data",))
    rules = CSS(string=(STYLES / style).read_text(encoding="utf-8"), url_fetcher=nothing)
    with _seldom_collecting():
        made: bytes = HTML(string=page, url_fetcher=nothing).write_pdf(
            stylesheets=[rules], pdf_variant="pdf/ua-1"
        )
    return made


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """What is made of a page lives until its file is written: looking for what can go is mostly in vain."""
    thresholds = gc.get_threshold()
    gc.set_threshold(SELDOM, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
