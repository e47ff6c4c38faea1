"""The fields a study adds to its items, and their values on an item's page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import item_fields as service
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.words import explained

EDIT = Permission.EDIT_ITEMS


@blueprint.get("/studies/<int:study_id>/items/fields")
@study_page(Permission.VIEW_STUDY)
def item_fields(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/items/fields")
@study_page(EDIT)
def add_item_field(study: Study) -> Any:
    who = {"by": current_user.account, "now": clock.now()}
    try:
        service.add(study, request.form.get("key", ""), _names(study), **who)
    except DomainError as error:
        return _page(study, error), status_of(error)
    flash(_("The field is added. Fill it on the pages of items, or import a column of it."), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/items/fields/<int:field_id>")
@study_page(EDIT)
def change_item_field(study: Study, field_id: int) -> Any:
    """Renamed, or removed while no item has a value."""
    field, who = service.get(study, field_id), {"by": current_user.account, "now": clock.now()}
    try:
        if "remove" in request.form:
            service.remove(study, field, **who)
            flash(_("The field is removed."), "ok")
        else:
            service.rename(study, field, _names(study), **who)
            flash(_("The name is saved."), "ok")
    except DomainError as error:
        return _page(study, error, field_id), status_of(error)
    return _done(study)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/fields")
@study_page(EDIT)
def fill_item_fields(study: Study, item_id: int) -> Any:
    values = {
        name.removeprefix("field-"): value
        for name, value in request.form.items()
        if name.startswith("field-")
    }
    service.fill(study, item_id, values, by=current_user.account, now=clock.now())
    flash(_("The fields are saved."), "ok")
    return redirect(url_for("researcher.item", study_id=study.id, item_id=item_id), 303)


def _names(study: Study) -> dict[str, str]:
    return {language: request.form.get(f"name_{language}", "") for language in study.languages}


def _page(study: Study, error: DomainError | None = None, refused: int | None = None) -> str:
    """`refused`: the field that could not be changed; None where adding was refused."""
    return render_template(
        "researcher/items/fields.html",
        fields=service.of(study),
        used=service.used(study),
        most=service.MOST,
        error=error and explained(error),
        refused=refused,
        typed=request.form,
    )


def _done(study: Study) -> Any:
    return redirect(url_for("researcher.item_fields", study_id=study.id), 303)
