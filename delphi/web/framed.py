"""A mail shown as a mail program would, shut in a frame."""

from __future__ import annotations

from flask import Response, make_response

SHUT_IN = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def shut_in(html: str, status: int = 200) -> Response:
    """The HTML version for its frame: it runs nothing, sends nothing, and its links open outside."""
    response = make_response(html, status)
    response.headers["Content-Security-Policy"] = SHUT_IN
    response.headers["X-Delphi-Page"] = "message"
    return response
