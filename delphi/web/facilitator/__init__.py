"""Running rounds, reading comments, deciding, results."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("facilitator", __name__)

from delphi.web.facilitator import board, comments, export, planning, results, rounds  # noqa: E402

__all__ = ["blueprint", "board", "comments", "export", "planning", "results", "rounds"]
