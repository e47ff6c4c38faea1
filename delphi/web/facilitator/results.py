"""Concluding the study, and the final list with how each item got there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import results as service
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page


@blueprint.get("/studies/<int:study_id>/results")
@study_page(Permission.VIEW_STUDY)
def results(study: Study) -> str:
    return render_template(
        "facilitator/results.html",
        results=service.of_study(study),
        announced=service.announced(study),
        unfinished=service.unfinished(study),
    )


@blueprint.post("/studies/<int:study_id>/conclude")
@study_page(Permission.CONCLUDE_STUDY)
def conclude(study: Study) -> Any:
    service.conclude(study, by=current_user.account, now=clock.now())
    flash(_("The study is concluded."), "ok")
    return redirect(url_for("facilitator.results", study_id=study.id), 303)
