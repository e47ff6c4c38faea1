"""Scripts, styles and icons: an address that changes with the content, so that a browser may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

KEPT = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def _with_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            path = folder / values["filename"]
            values["v"] = version(path, path.stat().st_mtime_ns) if path.is_file() else None

    app.after_request(_kept)


def _kept(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        response.headers["Cache-Control"] = KEPT
    return response


@lru_cache(maxsize=256)
def version(path: Path, _changed: int) -> str:
    """The first characters of the content's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=256)
def packed(path: Path, _changed: int) -> bytes:
    """As small as gzip makes it: done once, so it may take its time."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)
