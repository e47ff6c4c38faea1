"""Suggestions and notes of experts, by pseudonym: read, and answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import SuggestionState
from delphi.domain.suggestions import ANSWERS, LONGEST_REPLY
from delphi.domain.wordings import ItemText
from delphi.models import Study
from delphi.services import domains, from_experts as service, items, near_duplicates
from delphi.web import clock, item_form
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
    try:
        service.answer(study, suggestion_id, state, _replies(study), by=current_user.account, now=clock.now())
    except DomainError as error:
        if status_of(error) == 404:
            raise
        return _page(study, suggestion_id, explained(error)), status_of(error)
    flash(_("The answer is saved. The expert finds it on their page."), "ok")
    return redirect(url_for("facilitator.from_experts", study_id=study.id), 303)


@blueprint.get("/studies/<int:study_id>/suggestions/<int:suggestion_id>")
@study_page(Permission.MAKE_DECISIONS)
def suggestion(study: Study, suggestion_id: int) -> str:
    """What to make of it: an item or a wording, part of an existing item, or nothing."""
    return _suggestion_page(study, suggestion_id)


@blueprint.post("/studies/<int:study_id>/suggestions/<int:suggestion_id>/accept")
@study_page(Permission.EDIT_ITEMS)
def accept_suggestion(study: Study, suggestion_id: int) -> Any:
    found, texts, reply = service.one(study, suggestion_id), item_form.texts(study), _replies(study)
    who = {"by": current_user.account, "now": clock.now()}
    try:
        if found.item is None:
            code, domain = request.form.get("code", ""), item_form.domain(study)
            made = service.accept_as_item(study, suggestion_id, code, domain, texts, reply, **who)
        else:
            reason = request.form.get("reason", "")
            made = service.accept_as_wording(study, suggestion_id, texts, reason, reply, **who)
    except DomainError as error:
        return _suggestion_page(study, suggestion_id, "accept", error), status_of(error)
    flash(_("It is accepted as %(code)s. The expert finds your answer on their page.", code=made.code), "ok")
    return redirect(url_for("facilitator.from_experts", study_id=study.id), 303)


@blueprint.post("/studies/<int:study_id>/suggestions/<int:suggestion_id>/merge")
@study_page(Permission.EDIT_ITEMS)
def merge_suggestion(study: Study, suggestion_id: int) -> Any:
    code = request.form.get("other", "").strip() or request.form.get("into", "")
    who = {"by": current_user.account, "now": clock.now()}
    try:
        made = service.merge_into(study, suggestion_id, code, _replies(study), **who)
    except DomainError as error:
        if status_of(error) == 404:
            raise
        return _suggestion_page(study, suggestion_id, "merge", error), status_of(error)
    flash(_("It is part of %(code)s now. The expert finds your answer on their page.", code=made.code), "ok")
    return redirect(url_for("facilitator.from_experts", study_id=study.id), 303)


@blueprint.post("/studies/<int:study_id>/notes/<int:note_id>")
@study_page(Permission.MAKE_DECISIONS)
def mark_note(study: Study, note_id: int) -> Any:
    read = request.form.get("read") == "yes"
    service.mark(study, note_id, read, clock.now())
    flash(_("The note is marked as read.") if read else _("The note waits to be read again."), "ok")
    return redirect(url_for("facilitator.from_experts", study_id=study.id, _anchor="notes"), 303)


def _replies(study: Study) -> dict[str, str]:
    return {language: request.form.get(f"reply_{language}", "") for language in study.languages}


def _suggestion_page(
    study: Study, suggestion_id: int, failed: str = "", error: DomainError | None = None
) -> str:
    """`failed`: the form that was refused, "accept" or "merge"; what was typed stands in it."""
    found = service.one(study, suggestion_id)
    proposed = ItemText(found.suggestion.text)
    texts = {found.suggestion.language: proposed}
    if found.wording is not None:
        present = items.texts_of(found.wording)
        said = present.get(found.suggestion.language, proposed)
        texts = present | {found.suggestion.language: replace(said, title=found.suggestion.text)}
    return render_template(
        "facilitator/suggestion_page.html",
        one=found,
        texts=item_form.texts(study) if failed == "accept" else texts,
        shown=found.item is not None and items.was_shown(found.item),
        like=near_duplicates.like(study, found.suggestion.text),
        branches=domains.tree(study),
        failed=failed,
        error=error and explained(error),
        wrong=item_form.wrong_fields(study, error) if failed == "accept" else set(),
        most_reply=LONGEST_REPLY,
        typed=request.form,
    )


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
