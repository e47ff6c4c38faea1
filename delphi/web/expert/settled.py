"""Items rated before that are not asked now: what became of them."""

from __future__ import annotations

from flask import render_template

from delphi.domain.decisions import Fate
from delphi.services import settled
from delphi.services.links import Visit
from delphi.web.expert import blueprint
from delphi.web.expert.consent import consented
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/settled")
@expert_page
@consented
def settled_items(visit: Visit) -> str:
    found = settled.of(visit)
    groups = {fate: [one for one in found if one.fate is fate] for fate in Fate}
    return render_template("expert/settled.html", visit=visit, groups=groups)
