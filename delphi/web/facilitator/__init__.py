"""Running rounds, reading comments, deciding, results."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("facilitator", __name__)

from delphi.web.facilitator import (  # noqa: E402, F401
    analysis,
    announcements,
    board,
    coding,
    comments,
    deciding,
    export,
    figures,
    files,
    framework,
    from_experts,
    next_round,
    reminding,
    reports,
    results,
    round_planning,
    rounds,
)
