"""Files for the reader to keep."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response

KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".ics": "text/calendar; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".toml": "application/toml; charset=utf-8",
    ".zip": "application/zip",
}


def attachment(data: bytes | str, name: str) -> Response:
    """What is in it follows from the name, which is one of ours."""
    response = Response(data, content_type=KINDS[PurePath(name).suffix])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
