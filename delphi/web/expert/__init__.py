"""The expert face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("expert", __name__)

from delphi.web.expert import ending  # noqa: E402, F401
