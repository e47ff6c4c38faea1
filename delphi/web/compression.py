"""Smaller answers, for slow lines: gzip, where the browser takes it and no other site can learn from the length."""

from __future__ import annotations

import gzip
from pathlib import Path

from flask import Flask, Response, current_app, request

from delphi.web import static_files

TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
WORTH_IT = 500  # bytes; anything shorter travels in one packet as it is
LEVEL = 6


def init_app(app: Flask) -> None:
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if not (response.content_type or "").startswith(TEXTS) or "Content-Encoding" in response.headers:
        return response
    response.vary.update(["Accept-Encoding", "Sec-Fetch-Site"])
    if request.accept_encodings["gzip"] <= 0 or _asked_for_elsewhere():
        return response
    if request.endpoint == "static":
        return _pack_file(response) if response.status_code == 200 else response
    if response.is_sequence and len(response.get_data()) > WORTH_IT:
        _put(response, gzip.compress(response.get_data(), LEVEL, mtime=0))
    return response


def _asked_for_elsewhere() -> bool:
    """Whether another site made the browser ask: it could add to the address, and measure what we answer (BREACH)."""
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def _pack_file(response: Response) -> Response:
    path = Path(str(current_app.static_folder)) / (request.view_args or {})["filename"]
    response.close()
    response.direct_passthrough = False
    _put(response, static_files.packed(path, path.stat().st_mtime_ns))
    tag, _weak = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    return response


def _put(response: Response, packed: bytes) -> None:
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
