"""One item to try the scale on: nothing of it is sent or kept."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for

from delphi.services import answering, presentations
from delphi.services.answering import Phase
from delphi.services.links import Visit
from delphi.web import arriving, clock
from delphi.web.expert import blueprint
from delphi.web.expert.consent import consented
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/practice")
@expert_page
@consented
def practice(visit: Visit) -> Any:
    standing = answering.standing(visit, clock.now())
    if standing.phase is not Phase.OPEN or not arriving.may_practise(visit):
        return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)
    sheet = answering.sheet(visit, standing)
    key, criterion = next(iter(sheet.protocol.rules.criteria.items()))
    return render_template(
        "expert/practice.html",
        statement=presentations.of(visit.study).practice,
        scale=criterion.scale,
        texts=sheet.protocol.texts(key),
        onwards=arriving.way_on(visit, sheet),
    )
