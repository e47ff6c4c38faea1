"""The researcher face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("researcher", __name__)
