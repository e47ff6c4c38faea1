"""Autosave: what changed on a page of cards, as JSON. "Saved" is said only after the commit."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_babel import get_locale

from delphi.domain.errors import DomainError
from delphi.services import changes
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.expert import blueprint, received
from delphi.web.expert.fields import identifier
from delphi.web.guards import expert_page
from delphi.web.owner import check_owner

MOST_ITEMS = 100


@blueprint.post("/x/<int:study_id>/answers")
@expert_page
def answers(visit: Visit) -> Any:
    """`{owner, round, changes}`: each is kept or refused by itself; the reply says which answers count now."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise DomainError("rating.not_understood")
    check_owner(visit, sent.get("owner"))
    round_id, given = received.whole_number(sent, "round"), received.changes(sent.get("changes"))
    saved = changes.save(visit, round_id, given, str(get_locale()), clock.now())
    return jsonify(changes=[received.outcome(one) for one in saved])


@blueprint.get("/x/<int:study_id>/answers")
@expert_page
def current_answers(visit: Visit) -> Any:
    """What counts now, for pages that are open on other devices: `?owner=...&round=1&items=1,2,3`."""
    check_owner(visit, request.args.get("owner"))
    items = request.args.get("items", "").split(",")
    if len(items) > MOST_ITEMS:
        raise DomainError("rating.not_understood")
    round_id = identifier(request.args.get("round", ""))
    is_open, found = changes.current(visit, round_id, [identifier(item) for item in items], clock.now())
    return jsonify(open=is_open, answers=[received.shown(answer, at) for answer, at in found])
