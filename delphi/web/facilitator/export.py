"""Downloads of the study's data."""

from __future__ import annotations

from flask import Response, render_template

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import exports
from delphi.web import clock, downloads
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page


@blueprint.get("/studies/<int:study_id>/export")
@study_page(Permission.EXPORT)
def export(study: Study) -> str:
    return render_template("facilitator/export.html", names=exports.names(study))


@blueprint.get("/studies/<int:study_id>/export/<name>")
@study_page(Permission.EXPORT)
def download(study: Study, name: str) -> Response:
    return downloads.attachment(exports.file(study, name, now=clock.now()), f"study-{study.id}-{name}")
