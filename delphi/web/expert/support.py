"""Whom an expert may turn to; also before agreeing to anything."""

from __future__ import annotations

from flask import render_template

from delphi.services.links import Visit
from delphi.web.expert import blueprint
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/support")
@expert_page
def support(visit: Visit) -> str:
    return render_template("expert/support.html", visit=visit)
