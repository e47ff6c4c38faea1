"""A study made again from another, without its answers."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import copies, studies
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.guards import may, study_page
from delphi.web.researcher import blueprint
from delphi.words import explained


@blueprint.get("/studies/<int:study_id>/duplicate")
@study_page(Permission.EDIT_STUDY)
def duplicate_form(study: Study) -> str:
    return _page(study, {code: _suggested(study, code) for code in study.languages})


@blueprint.post("/studies/<int:study_id>/duplicate")
@study_page(Permission.EDIT_STUDY)
def duplicate_study(study: Study) -> Any:
    once = request.form.get("once", "")
    if earlier := studies.begun(current_user.account, once):
        return redirect(url_for("researcher.study", study_id=earlier.id), 303)
    title = {code: request.form.get(f"title_{code}", "") for code in study.languages}
    with_experts = "experts" in request.form and may("see_contacts")
    if study.rehearsal_of_id is not None:
        raise DomainError("rehearsal.of_rehearsal")
    try:
        studies.check_title(title, study.languages)
    except DomainError as error:
        return _page(study, title, error), status_of(error)
    facts = {"by": current_user.account, "now": clock.now(), "once": once}
    made = copies.duplicate(study, title, experts=with_experts, **facts)
    flash(_("This is the copy. Nothing in it has been sent or answered."), "ok")
    return redirect(url_for("researcher.study", study_id=made.id), 303)


def _suggested(study: Study, code: str) -> str:
    with force_locale(code):
        return _("Copy of %(title)s", title=study.title.get(code, ""))[: studies.LONGEST_TITLE]


def _page(study: Study, title: dict[str, str], error: DomainError | None = None) -> str:
    return render_template(
        "researcher/studies/duplicate.html",
        study=study,
        title=title,
        error=error and explained(error),
        wrong=error and error.params.get("language"),
    )
