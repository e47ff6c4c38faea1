"""How experts see the study: texts, items, safety and messages on one page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import presentations as service, studies
from delphi.web import clock, stale
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.web.researcher.presentation_form import PresentationForm, held, presentation_form


@blueprint.get("/studies/<int:study_id>/presentation")
@study_page(Permission.VIEW_STUDY)
def presentation(study: Study) -> str:
    return _page(study, presentation_form(study, service.of(study)))


@blueprint.post("/studies/<int:study_id>/presentation")
@study_page(Permission.EDIT_STUDY)
def save_presentation(study: Study) -> Any:
    studies.lock(study)
    form = presentation_form(study, service.of(study))
    if not form.validate():
        return _page(study, form), 400
    try:
        stale.check(held(study, service.of(study)), form.data)
        service.save(study, form.chosen(study), by=current_user.account, now=clock.now())
    except DomainError as error:
        form.refuse(error)
        return _page(study, form), status_of(error)
    flash(_("Saved. Experts see it from now on."), "ok")
    return redirect(url_for("researcher.presentation", study_id=study.id), 303)


def _page(study: Study, form: PresentationForm) -> str:
    fixed = service.layout_fixed(study)
    seen = stale.mark(held(study, service.of(study)))
    return render_template("researcher/presentation/form.html", form=form, fixed=fixed, seen=seen)
