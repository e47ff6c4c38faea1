"""The glossary: terms that are explained where items use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.importers.problems import ImportRefused, Problem
from delphi.models import GlossaryTerm, Study
from delphi.services import glossary as service, glossary_imports, studies
from delphi.web import clock, stale, uploads
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.words import explained

EDIT = Permission.EDIT_STUDY


@blueprint.get("/studies/<int:study_id>/glossary")
@study_page(Permission.VIEW_STUDY)
def glossary(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/glossary")
@study_page(EDIT)
def add_term(study: Study) -> Any:
    try:
        added = service.add(
            study, _typed(study, "term"), _typed(study, "meaning"), by=current_user.account, now=clock.now()
        )
    except DomainError as error:
        return _page(study, error), status_of(error)
    flash(_("“%(term)s” is in the glossary.", term=service.name_of(added, study)), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/glossary/import")
@study_page(EDIT)
def import_terms(study: Study) -> Any:
    """One step: a term too many is removed as easily as it came."""
    try:
        table = uploads.table_of(request.files.get("file"))
        count = glossary_imports.import_table(study, table, current_user.account, clock.now())
    except ImportRefused as refused:
        return _page(study, problems=refused.problems, file_error=refused), 400
    except DomainError as error:
        return _page(study, file_error=error), status_of(error)
    flash(ngettext("%(num)s term is imported.", "%(num)s terms are imported.", count), "ok")
    return _done(study)


@blueprint.get("/studies/<int:study_id>/glossary/<int:term_id>")
@study_page(EDIT)
def glossary_term(study: Study, term_id: int) -> str:
    return _term_page(study, service.get(study, term_id))


@blueprint.post("/studies/<int:study_id>/glossary/<int:term_id>")
@study_page(EDIT)
def change_term(study: Study, term_id: int) -> Any:
    studies.lock(study)
    chosen = service.get(study, term_id)
    term, meaning = _typed(study, "term"), _typed(study, "meaning")
    try:
        stale.check(_present(study, chosen))
        service.change(chosen, study, term, meaning, by=current_user.account, now=clock.now())
    except DomainError as error:
        return _term_page(study, chosen, error), status_of(error)
    flash(_("“%(term)s” is changed.", term=service.name_of(chosen, study)), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/glossary/<int:term_id>/remove")
@study_page(EDIT)
def remove_term(study: Study, term_id: int) -> Any:
    chosen = service.get(study, term_id)
    name = service.name_of(chosen, study)
    service.remove(chosen, study, by=current_user.account, now=clock.now())
    flash(_("“%(term)s” is no longer in the glossary.", term=name), "ok")
    return _done(study)


def _typed(study: Study, name: str) -> Mapping[str, str]:
    return {language: request.form.get(f"{name}_{language}", "") for language in study.languages}


def _done(study: Study) -> Any:
    return redirect(url_for("researcher.glossary", study_id=study.id), 303)


def _page(
    study: Study,
    error: DomainError | None = None,
    file_error: DomainError | None = None,
    problems: Sequence[Problem] = (),
) -> str:
    """`error` is about the term being added, so what was typed is shown again; `file_error` about a table."""
    return render_template(
        "researcher/glossary/list.html",
        terms=service.of(study),
        name_of=service.name_of,
        typed=request.form if error else {},
        error=error and explained(error),
        wrong=_wrong_field(error),
        file_error=file_error and explained(file_error),
        problems=problems,
    )


def _present(study: Study, chosen: GlossaryTerm) -> dict[str, str]:
    return {
        f"{field}_{language}": texts.get(language, "")
        for field, texts in (("term", chosen.term), ("meaning", chosen.meaning))
        for language in study.languages
    }


def _term_page(study: Study, chosen: GlossaryTerm, error: DomainError | None = None) -> str:
    present = _present(study, chosen)
    return render_template(
        "researcher/glossary/term.html",
        name=service.name_of(chosen, study),
        typed=request.form if error else present,
        seen=stale.mark(present),
        error=error and explained(error),
        wrong=_wrong_field(error),
    )


def _wrong_field(error: DomainError | None) -> str | None:
    """The name of the input that the refusal is about."""
    if error is None:
        return None
    return f"{error.params.get('field', 'term')}_{error.params.get('language', '')}"
