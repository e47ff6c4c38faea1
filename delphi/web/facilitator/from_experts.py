"""Suggestions and notes of experts, by pseudonym: read, and answered."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import SuggestionState
from delphi.domain.suggestions import ANSWERS, LONGEST_REPLY
from delphi.models import Study
from delphi.services import from_experts as service
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page
from delphi.words import explained


@blueprint.get("/studies/<int:study_id>/from-experts")
@study_page(Permission.READ_COMMENTS)
def from_experts(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/suggestions/<int:suggestion_id>")
@study_page(Permission.MAKE_DECISIONS)
def answer_suggestion(study: Study, suggestion_id: int) -> Any:
    sent = request.form.get("state", "")
    state = SuggestionState(sent) if sent in set(SuggestionState) else SuggestionState.WAITING
    reply = {language: request.form.get(f"reply_{language}", "") for language in study.languages}
    try:
        service.answer(study, suggestion_id, state, reply, by=current_user.account, now=clock.now())
    except DomainError as error:
        if status_of(error) == 404:
            raise
        return _page(study, suggestion_id, explained(error)), status_of(error)
    flash(_("The answer is saved. The expert finds it on their page."), "ok")
    return redirect(url_for("facilitator.from_experts", study_id=study.id), 303)


@blueprint.post("/studies/<int:study_id>/notes/<int:note_id>")
@study_page(Permission.MAKE_DECISIONS)
def mark_note(study: Study, note_id: int) -> Any:
    read = request.form.get("read") == "yes"
    service.mark(study, note_id, read, clock.now())
    flash(_("The note is marked as read.") if read else _("The note waits to be read again."), "ok")
    return redirect(url_for("facilitator.from_experts", study_id=study.id, _anchor="notes"), 303)


def _page(study: Study, refused: int | None = None, problem: str = "") -> str:
    """`refused`: the suggestion whose answer could not be saved; what was typed stands in its form."""
    return render_template(
        "facilitator/from_experts.html",
        suggestions=service.suggestions(study),
        notes=service.notes(study),
        answers=ANSWERS,
        most_reply=LONGEST_REPLY,
        refused=refused,
        problem=problem,
        typed=request.form,
    )
