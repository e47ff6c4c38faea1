"""Which cards have been on screen; told by a script, or by saving a page where there is none."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask_babel import get_locale

from delphi.domain.errors import DomainError
from delphi.services import exposures
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.expert import blueprint
from delphi.web.guards import expert_page
from delphi.web.numbers import LARGEST
from delphi.web.owner import check_owner


@blueprint.post("/x/<int:study_id>/seen")
@expert_page
def seen(visit: Visit) -> Any:
    """`{owner, round, items: [...]}`; seen twice is seen once."""
    sent = request.get_json(silent=True)
    sent = sent if isinstance(sent, dict) else {}
    items = sent.get("items")
    if not isinstance(items, list) or len(items) > exposures.MOST:
        raise DomainError("rating.not_understood")
    check_owner(visit, sent.get("owner"))
    round_id, *item_ids = map(_identifier, [sent.get("round"), *items])
    exposures.record(visit, round_id, item_ids, str(get_locale()), clock.now())
    return jsonify(noted=True)


def _identifier(value: object) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise DomainError("rating.not_understood")
    return value
