"""The researcher face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("researcher", __name__)

from delphi.web.researcher import team  # noqa: E402, F401
