"""A page as a PDF file. Nothing is fetched: what is not in the page is not in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from delphi.domain.errors import DomainError

STYLE = Path(__file__).with_name("pdf.css")


def to_pdf(page: str) -> bytes:
    """Tagged, for screen readers. Takes some MB and a tenth of a second a page; the library is loaded at first use."""
    try:
        from weasyprint import CSS, HTML
    except (ImportError, OSError):  # the package, or Pango below it
        raise DomainError("pdf.not_available") from None
    style = CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=_refuse)
    made: bytes = HTML(string=page, url_fetcher=_refuse).write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1"
    )
    return made


def _refuse(_url: str, *_args: Any, **_kwargs: Any) -> Any:
    raise ValueError("nothing is fetched for a PDF file")
