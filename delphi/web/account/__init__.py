"""The account face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)

from delphi.web.account import links, profile, setup, signing, staff  # noqa: E402, F401
