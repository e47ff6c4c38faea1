"""The public face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from delphi.web.public import home, mailbox, unsubscribe  # noqa: E402, F401

from delphi.web.public import links  # noqa: E402, F401
