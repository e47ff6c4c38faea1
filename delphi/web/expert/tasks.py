"""The task list, and handing in."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for

from delphi.services import about, answering, arrivals, results, settled, wordings
from delphi.services.answering import Phase
from delphi.services.links import Visit
from delphi.web import arriving, clock
from delphi.web.expert import blueprint
from delphi.web.expert.consent import consented
from delphi.web.expert.fields import identifier
from delphi.web.guards import expert_page
from delphi.words import translated


@blueprint.get("/x/<int:study_id>/")
@expert_page
@consented
def tasks(visit: Visit) -> str:
    standing = answering.standing(visit, clock.now())
    if standing.phase is Phase.CONCLUDED:
        return render_template("expert/concluded.html", visit=visit, results=results.of_study(visit.study))
    if standing.phase is not Phase.OPEN:
        return render_template(
            "expert/between.html", visit=visit, standing=standing, settled=settled.count(visit)
        )
    sheet = answering.sheet(visit, standing)
    parts = [
        (part, list(sections))
        for part, sections in groupby(sheet.sections, key=lambda section: translated(section.part))
    ]
    return render_template(
        "expert/tasks.html",
        visit=visit,
        sheet=sheet,
        parts=parts,
        settled=settled.count(visit),
        resume=arriving.first_open(visit, sheet),
        about=about.answers(visit) if arrivals.has_answered(visit) else [],
    )


@blueprint.get("/x/<int:study_id>/check")
@expert_page
@consented
def check(visit: Visit) -> Any:
    """What is still open, and the button to hand in."""
    standing = answering.standing(visit, clock.now())
    if standing.phase is not Phase.OPEN:
        return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)
    sheet = answering.sheet(visit, standing)
    open_ones = [task.wording_id for task in sheet.tasks if not task.done]
    return render_template(
        "expert/check.html",
        visit=visit,
        sheet=sheet,
        wordings=wordings.of(open_ones),
        about_waiting=about.waiting(visit) if sheet.done else 0,
    )


@blueprint.post("/x/<int:study_id>/check")
@expert_page
def submit(visit: Visit) -> Any:
    answering.submit(visit, identifier(request.form.get("round", "")), clock.now())
    return redirect(url_for("expert.thanks", study_id=visit.study.id), 303)


@blueprint.get("/x/<int:study_id>/thanks")
@expert_page
@consented
def thanks(visit: Visit) -> Any:
    standing = answering.standing(visit, clock.now())
    if standing.participation is None or standing.participation.submitted_at is None:
        return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)
    return render_template("expert/thanks.html", visit=visit, standing=standing)
