"""The panels of a study: added, renamed, moved, removed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.db import Translated
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Panel, Study
from delphi.services import panels as service
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.words import explained

EDIT = Permission.EDIT_STUDY


@blueprint.get("/studies/<int:study_id>/panels")
@study_page(Permission.VIEW_STUDY)
def panels(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/panels")
@study_page(EDIT)
def add_panel(study: Study) -> Any:
    code = request.form.get("code", "")
    try:
        added = service.add(study, code, _names(study), by=current_user.account, now=clock.now())
    except DomainError as error:
        return _page(study, error, new=True), status_of(error)
    flash(_("Panel %(code)s is added.", code=added.code), "ok")
    return _done(study)


@blueprint.get("/studies/<int:study_id>/panels/<int:panel_id>")
@study_page(EDIT)
def panel(study: Study, panel_id: int) -> str:
    return _panel_page(study, service.get(study, panel_id))


@blueprint.post("/studies/<int:study_id>/panels/<int:panel_id>")
@study_page(EDIT)
def rename_panel(study: Study, panel_id: int) -> Any:
    chosen = service.get(study, panel_id)
    try:
        service.rename(chosen, study, _names(study), by=current_user.account, now=clock.now())
    except DomainError as error:
        return _panel_page(study, chosen, error), status_of(error)
    flash(_("Panel %(code)s has its new name.", code=chosen.code), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/panels/<int:panel_id>/remove")
@study_page(EDIT)
def remove_panel(study: Study, panel_id: int) -> Any:
    chosen = service.get(study, panel_id)
    try:
        service.remove(chosen, study, by=current_user.account, now=clock.now())
    except DomainError as error:
        return _page(study, error), status_of(error)
    flash(_("Panel %(code)s is removed.", code=chosen.code), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/panels/<int:panel_id>/move")
@study_page(EDIT)
def move_panel(study: Study, panel_id: int) -> Any:
    service.shift(service.get(study, panel_id), study, -1 if request.form.get("to") == "up" else 1)
    return _done(study)


def _names(study: Study) -> Translated:
    return {language: request.form.get(f"name_{language}", "") for language in study.languages}


def _done(study: Study) -> Any:
    return redirect(url_for("researcher.panels", study_id=study.id), 303)


def _page(study: Study, error: DomainError | None = None, new: bool = False) -> str:
    """`new`: the refusal is about the panel being added, so what was typed is shown again."""
    return render_template(
        "researcher/panels/list.html",
        panels=service.list_of(study),
        sizes=service.sizes(study),
        used=service.in_use(study),
        error=error and explained(error),
        wrong=_wrong_field(error) if new else None,
        typed=request.form if new else {},
    )


def _panel_page(study: Study, chosen: Panel, error: DomainError | None = None) -> str:
    typed = _names(study) if error else chosen.name
    return render_template(
        "researcher/panels/panel.html",
        panel=chosen,
        names=typed,
        error=error and explained(error),
        wrong=_wrong_field(error),
    )


def _wrong_field(error: DomainError | None) -> str | None:
    """The name of the input that the refusal is about."""
    if error is None:
        return None
    language = error.params.get("language")
    return f"name_{language}" if language else "code"
