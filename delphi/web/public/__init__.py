"""The public face."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("public", __name__)
