"""Files for the reader to keep."""

from __future__ import annotations

from pathlib import Path, PurePath

from flask import Response, send_file

KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".ics": "text/calendar; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".toml": "application/toml; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def attachment(data: bytes | str, name: str) -> Response:
    """What is in it follows from the name, which is one of ours."""
    response = Response(data, content_type=KINDS[PurePath(name).suffix])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file(path: Path, name: str) -> Response:
    """One that is kept on disk, sent as it is read."""
    kind = KINDS.get(PurePath(name).suffix, "application/octet-stream")
    response = send_file(path, mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"  # as of every page; `send_file` has its own idea
    return response
