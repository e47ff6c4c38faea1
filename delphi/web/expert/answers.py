"""Autosave: one field at a time, as JSON. "Saved" is said only after the commit."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_babel import get_locale

from delphi.domain.errors import DomainError
from delphi.services import comments, ratings
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.expert import blueprint
from delphi.web.guards import expert_page
from delphi.web.numbers import LARGEST


@blueprint.post("/x/<int:study_id>/answers")
@expert_page
def answers(visit: Visit) -> Any:
    """`{round, item, criterion, point, unable}` or `{round, item, comment}`."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise DomainError("rating.not_understood")
    round_id, item_id = _whole(sent, "round"), _whole(sent, "item")
    if "comment" in sent:
        comments.save(visit, round_id, item_id, _text(sent, "comment"), str(get_locale()), clock.now())
    else:
        point = None if sent.get("point") is None else _whole(sent, "point")
        unable = sent.get("unable", False) is True
        ratings.save(visit, round_id, item_id, _text(sent, "criterion"), point, unable, clock.now())
    return jsonify(saved=True)


def _whole(sent: dict[str, Any], key: str) -> int:
    value = sent.get(key)
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise DomainError("rating.not_understood")
    return value


def _text(sent: dict[str, Any], key: str) -> str:
    value = sent.get(key)
    if not isinstance(value, str):
        raise DomainError("rating.not_understood")
    return value
