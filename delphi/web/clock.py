"""The time of this request: read once, so that everything one request does happens at one moment."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, g


def now() -> datetime:
    if "now" not in g:
        clock = current_app.config.get("CLOCK") or (lambda: datetime.now(UTC))
        g.now = clock()
    moment: datetime = g.now
    return moment
