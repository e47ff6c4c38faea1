"""Downloads of the study's data."""

from __future__ import annotations

from flask import Response, render_template

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import exports
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page

KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".toml": "application/toml; charset=utf-8",
    ".zip": "application/zip",
}


@blueprint.get("/studies/<int:study_id>/export")
@study_page(Permission.EXPORT)
def export(study: Study) -> str:
    return render_template("facilitator/export.html", names=exports.names(study))


@blueprint.get("/studies/<int:study_id>/export/<name>")
@study_page(Permission.EXPORT)
def download(study: Study, name: str) -> Response:
    data = exports.file(study, name, now=clock.now())
    response = Response(data, content_type=KINDS["." + name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="study-{study.id}-{name}"'
    return response
