"""Files that take long to make: asked for, followed, cancelled, downloaded."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import Forbidden, NotFound
from delphi.domain.permissions import Permission
from delphi.models import Study, Work
from delphi.services import makers, works
from delphi.services.makers import Kind
from delphi.services.reporting import documents
from delphi.web import clock, downloads
from delphi.web.facilitator import blueprint
from delphi.web.guards import may, study_page
from delphi.words.works import how_far

EXPORT = Permission.EXPORT


@blueprint.get("/studies/<int:study_id>/files")
@study_page(EXPORT)
def files(study: Study) -> str:
    return render_template("facilitator/files.html", **shown(study))


@blueprint.post("/studies/<int:study_id>/files")
@study_page(EXPORT)
def ask_for_file(study: Study) -> Any:
    kind = _allowed(request.form.get("kind", ""))
    options = {name: request.form.get(name, "") for name in kind.options}
    work = works.ask(study, kind.key, options, by=current_user.account, now=clock.now())
    flash(_("It is being made. You may leave this page and come back."), "ok")
    return redirect(url_for("facilitator.files", study_id=study.id, _anchor=f"work-{work.id}"), 303)


@blueprint.get("/studies/<int:study_id>/files/progress")
@study_page(EXPORT)
def files_progress(study: Study) -> Response:
    """How far each is that is not finished; once one is missing here, the page is out of date."""
    return jsonify(progress_of(works.unfinished(study, [kind.key for kind in offered()])))


@blueprint.get("/studies/<int:study_id>/files/<int:work_id>")
@study_page(EXPORT)
def download_work(study: Study, work_id: int) -> Response:
    path, name = works.open_file(study, _found(study, work_id))
    return downloads.file(path, name)


@blueprint.post("/studies/<int:study_id>/files/<int:work_id>/cancel")
@study_page(EXPORT)
def cancel_file(study: Study, work_id: int) -> Any:
    works.cancel(study, _found(study, work_id), by=current_user.account, now=clock.now())
    flash(_("It was cancelled."), "ok")
    return redirect(url_for("facilitator.files", study_id=study.id), 303)


def shown(study: Study) -> dict[str, Any]:
    """What `facilitator/reports/files.html` needs: kinds with the values to choose from, and what was made."""
    kinds = offered()
    return {
        "kinds": [
            (kind.key, {name: allowed(study) for name, allowed in kind.options.items()})
            for kind in kinds
            if "document" not in kind.options  # those stand with their document, under Reports
        ],
        "made": works.of_study(study, [kind.key for kind in kinds]),
        "titles": {key: kind.title for key, kind in documents.of(study).items()},
    }


def offered() -> list[Kind]:
    """The kinds of files that the reader may have."""
    return [kind for kind in makers.KINDS if kind.file and may(kind.permission)]


def progress_of(unfinished: list[Work]) -> dict[str, Any]:
    return {str(one.id): {"done": one.done, "total": one.total, "words": how_far(one)} for one in unfinished}


def _found(study: Study, work_id: int) -> Work:
    work = works.find(study, work_id)
    _allowed(work.kind)
    return work


def _allowed(key: str) -> Kind:
    kind = makers.of(key)
    if not kind.file:
        raise NotFound("work.unknown")
    if not may(kind.permission):
        raise Forbidden("account.not_allowed")
    return kind
