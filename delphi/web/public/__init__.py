"""The public face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from delphi.web.public import (  # noqa: E402, F401
    home,
    links,
    mailbox,
    offline,
    stop_news,
    unsubscribe,
)
