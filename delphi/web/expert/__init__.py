"""The expert face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("expert", __name__)
