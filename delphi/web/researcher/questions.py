"""Questions about the expert: added, changed, put in order, removed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.questions import as_lines
from delphi.models import Question, Study
from delphi.services import questions as service, studies
from delphi.services.questions import Draft
from delphi.web import clock, stale
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.words import explained, translated

EDIT = Permission.EDIT_STUDY


@blueprint.get("/studies/<int:study_id>/questions")
@study_page(Permission.VIEW_STUDY)
def questions(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/questions")
@study_page(EDIT)
def add_question(study: Study) -> Any:
    attribute = request.form.get("attribute", "")
    try:
        added = service.add(study, attribute, _draft(study), by=current_user.account, now=clock.now())
    except DomainError as error:
        return _page(study, error), status_of(error)
    flash(_("“%(question)s” is added.", question=translated(added.text)), "ok")
    return _done(study)


@blueprint.get("/studies/<int:study_id>/questions/<int:question_id>")
@study_page(EDIT)
def question(study: Study, question_id: int) -> str:
    return _question_page(study, service.get(study, question_id))


@blueprint.post("/studies/<int:study_id>/questions/<int:question_id>")
@study_page(EDIT)
def change_question(study: Study, question_id: int) -> Any:
    studies.lock(study)
    chosen = service.get(study, question_id)
    try:
        stale.check(_present(study, chosen))
        service.change(chosen, study, _draft(study), by=current_user.account, now=clock.now())
    except DomainError as error:
        return _question_page(study, chosen, error), status_of(error)
    flash(_("“%(question)s” is changed.", question=translated(chosen.text)), "ok")
    return _done(study)


@blueprint.post("/studies/<int:study_id>/questions/<int:question_id>/move")
@study_page(EDIT)
def move_question(study: Study, question_id: int) -> Any:
    service.shift(service.get(study, question_id), study, -1 if request.form.get("to") == "up" else 1)
    return redirect(
        url_for("researcher.questions", study_id=study.id, _anchor=f"question-{question_id}"), 303
    )


@blueprint.post("/studies/<int:study_id>/questions/<int:question_id>/remove")
@study_page(EDIT)
def remove_question(study: Study, question_id: int) -> Any:
    chosen = service.get(study, question_id)
    text = translated(chosen.text)
    service.remove(chosen, study, by=current_user.account, now=clock.now())
    flash(_("“%(question)s” is asked no more. Answers already given are kept.", question=text), "ok")
    return _done(study)


def _draft(study: Study) -> Draft:
    return Draft(
        text={language: request.form.get(f"text_{language}", "") for language in study.languages},
        choices={language: request.form.get(f"choices_{language}", "") for language in study.languages},
        several=request.form.get("several") == "yes",
    )


def _done(study: Study) -> Any:
    return redirect(url_for("researcher.questions", study_id=study.id), 303)


def _page(study: Study, error: DomainError | None = None) -> str:
    """A refusal is about the question being added, so what was typed is shown again."""
    return render_template(
        "researcher/questions/list.html",
        questions=service.of(study),
        typed=request.form if error else {},
        error=error and explained(error),
        wrong=_wrong_field(error),
    )


def _question_page(study: Study, chosen: Question, error: DomainError | None = None) -> str:
    return render_template(
        "researcher/questions/question.html",
        question=chosen,
        typed=request.form if error else _present(study, chosen),
        seen=stale.mark(_present(study, chosen)),
        error=error and explained(error),
        wrong=_wrong_field(error),
    )


def _present(study: Study, chosen: Question) -> dict[str, str]:
    texts = {f"text_{language}": chosen.text.get(language, "") for language in study.languages}
    lines = {f"choices_{language}": as_lines(chosen.choices, language) for language in study.languages}
    return {**texts, **lines, "several": "yes" if chosen.several else ""}


def _wrong_field(error: DomainError | None) -> str | None:
    """The name of the input that the refusal is about."""
    if error is None:
        return None
    name, language = error.params.get("field", "attribute"), error.params.get("language")
    return f"{name}_{language}" if language else str(name)
