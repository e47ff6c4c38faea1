"""Running rounds, reading comments, deciding, results."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("facilitator", __name__)

from delphi.web.facilitator import board, comments, export, results, round_planning, rounds  # noqa: E402

__all__ = ["blueprint", "board", "comments", "export", "results", "round_planning", "rounds"]
