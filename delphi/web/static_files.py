"""Scripts, styles and icons: an address that changes with the content, so that a browser may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

KEPT = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.after_request(_kept)


def address_of(folder: Path) -> str:
    """Where the files are served. One version for all, as scripts import their neighbours by name."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def _kept(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = KEPT
    return response


@lru_cache(maxsize=256)
def packed(path: Path, _changed: int) -> bytes:
    """As small as gzip makes it: done once, so it may take its time."""
    return gzip.compress(path.read_bytes(), 9, mtime=0)
