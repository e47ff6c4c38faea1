"""A page as a PDF file. Nothing is fetched: what is not in the page is not in the file."""

from __future__ import annotations

from pathlib import Path

from delphi.domain.errors import DomainError

STYLES = Path(__file__).parent


def to_pdf(page: str, style: str = "pdf.css") -> bytes:
    """Tagged, for screen readers; pictures stand in the page as `data:`. The library is loaded at first use."""
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):  # the package, or Pango below it
        raise DomainError("pdf.not_available") from None
    nothing = URLFetcher(allowed_protocols=("data",))
    rules = CSS(string=(STYLES / style).read_text(encoding="utf-8"), url_fetcher=nothing)
    made: bytes = HTML(string=page, url_fetcher=nothing).write_pdf(
        stylesheets=[rules], pdf_variant="pdf/ua-1"
    )
    return made
