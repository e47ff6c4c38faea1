"""Leaving in one tap: the visit ends on this device, and the study's neutral address takes the page's place."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from delphi.services import presentations
from delphi.services.links import Visit
from delphi.web import quick_exit
from delphi.web.expert import blueprint
from delphi.web.expert.ending import end_visit
from delphi.web.guards import expert_page


@blueprint.post("/x/<int:study_id>/exit")
@expert_page
def leave_quickly(visit: Visit) -> Any:
    """Switched off meanwhile, it still ends the visit."""
    address = presentations.of(visit.study).quick_exit
    end_visit(visit.study.id)
    return quick_exit.led_out(address) if address else redirect(url_for("public.home"), 303)
