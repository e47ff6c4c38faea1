"""The domain tree: names in every language, order, adding and removing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.db import Translated, session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Domain, Study
from delphi.models.domain import DomainLevel
from delphi.services import domains as service, studies
from delphi.web import clock, stale
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.words import explained, translated

EDIT = Permission.EDIT_ITEMS


@blueprint.get("/studies/<int:study_id>/domains")
@study_page(Permission.VIEW_STUDY)
def domains(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/domains")
@study_page(EDIT)
def add_domain(study: Study) -> Any:
    try:
        parent, level = _where(study)
        added = service.add(study, parent, level, _names(study), current_user.account, clock.now())
    except DomainError as error:
        return _page(study, error, adding=True), status_of(error)
    flash(_("“%(name)s” is added.", name=translated(added.name)), "ok")
    return _done(study)


@blueprint.get("/studies/<int:study_id>/domains/<int:domain_id>")
@study_page(EDIT)
def domain(study: Study, domain_id: int) -> str:
    return _domain_page(study, service.get(study, domain_id))


@blueprint.post("/studies/<int:study_id>/domains/<int:domain_id>")
@study_page(EDIT)
def change_domain(study: Study, domain_id: int) -> Any:
    studies.lock(study)
    chosen = service.get(study, domain_id)
    try:
        stale.check(_kept(study, chosen))
        _change(study, chosen)
    except DomainError as error:
        session.rollback()  # all of the page is saved, or nothing
        return _domain_page(study, chosen, error), status_of(error)
    flash(_("“%(name)s” is saved.", name=translated(chosen.name)), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/domains/<int:domain_id>/move")
@study_page(EDIT)
def move_domain(study: Study, domain_id: int) -> Any:
    service.shift(service.get(study, domain_id), study, -1 if request.form.get("to") == "up" else 1)
    return redirect(url_for("researcher.domains", study_id=study.id, _anchor=f"domain-{domain_id}"), 303)


@blueprint.post("/studies/<int:study_id>/domains/<int:domain_id>/remove")
@study_page(EDIT)
def remove_domain(study: Study, domain_id: int) -> Any:
    chosen = service.get(study, domain_id)
    name = translated(chosen.name)
    try:
        service.remove(chosen, study, current_user.account, clock.now())
    except DomainError as error:
        return _page(study, error), status_of(error)
    flash(_("“%(name)s” is removed.", name=name), "ok")
    return _done(study)


def _change(study: Study, chosen: Domain) -> None:
    """After the study's end the page has no names, only what the framework tells."""
    by, now = current_user.account, clock.now()
    if any(name.startswith("name_") for name in request.form):
        service.change(chosen, study, _names(study), _typed(study, "note"), by, now)
    service.tell(chosen, study, _typed(study, "narrative"), _typed(study, "left_empty"), by=by, now=now)


def _where(study: Study) -> tuple[Domain | None, DomainLevel]:
    """The select says "part", "domain", or the id of what the new one goes into."""
    place, parent_id = request.form.get("into", ""), request.form.get("into", type=whole)
    if parent_id is not None:
        parent = service.get(study, parent_id)
        if parent.level in service.BELOW:
            return parent, service.BELOW[parent.level]
    elif place in (DomainLevel.PART, DomainLevel.DOMAIN):
        return None, DomainLevel(place)
    raise DomainError("domain.wrong_level")


def _names(study: Study) -> Translated:
    return _typed(study, "name")


def _typed(study: Study, field: str) -> Translated:
    return {language: request.form.get(f"{field}_{language}", "") for language in study.languages}


def _done(study: Study) -> Any:
    return redirect(url_for("researcher.domains", study_id=study.id), 303)


def _page(study: Study, error: DomainError | None = None, adding: bool = False) -> str:
    """`adding`: the refusal is about what was being added, so what was typed is shown again."""
    return render_template(
        "researcher/domains/tree.html",
        branches=service.tree(study),
        below=service.BELOW,
        error=error and explained(error),
        adding=adding,
        typed=request.form if adding else {},
    )


def _kept(study: Study, chosen: Domain) -> dict[str, str]:
    return {
        f"{field}_{language}": texts.get(language, "")
        for field, texts in (
            ("name", chosen.name),
            ("note", chosen.content_note),
            ("narrative", chosen.narrative),
            ("left_empty", chosen.left_empty),
        )
        for language in study.languages
    }


def _domain_page(study: Study, chosen: Domain, error: DomainError | None = None) -> str:
    kept = _kept(study, chosen)
    return render_template(
        "researcher/domains/domain.html",
        domain=chosen,
        typed=request.form if error else kept,
        seen=stale.mark(kept),
        error=error and explained(error),
        wrong=f"{error.params.get('field', 'name')}_{error.params.get('language')}" if error else None,
    )
