"""The item cards of one domain, five a page, and saving them without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import get_locale

from delphi.db import session
from delphi.domain.changes import Change
from delphi.domain.errors import DomainError
from delphi.domain.sections import Entry, Section
from delphi.services import answering, cards, changes, exposures, panels
from delphi.services.answering import Phase, Sheet
from delphi.services.links import Visit
from delphi.web import clock, language
from delphi.web.errors import status_of
from delphi.web.expert import about_you, blueprint, late
from delphi.web.expert.consent import consented
from delphi.web.expert.fields import card_fields, identifier, typed
from delphi.web.expert.kept import keepable, kept
from delphi.web.guards import expert_page
from delphi.web.numbers import whole
from delphi.words import explained

REFUSED_WHOLE = ("round.not_open", "consent.missing", "rating.not_asked")


@blueprint.get("/x/<int:study_id>/domains/<int:domain_id>")
@expert_page
@consented
def domain(visit: Visit, domain_id: int) -> Any:
    standing = answering.standing(visit, clock.now())
    if standing.phase is not Phase.OPEN:
        return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)
    sheet = answering.sheet(visit, standing)
    section, page = _section(sheet, domain_id), request.args.get("page", 1, type=whole)
    if sheet.content_notes[section.id] and "shown" not in request.args:
        return render_template("expert/content_note.html", sheet=sheet, section=section, page=page)
    return _page(visit, sheet, section, page)


@blueprint.post("/x/<int:study_id>/domains/<int:domain_id>")
@expert_page
def save(visit: Visit, domain_id: int) -> Any:
    """Everything on the page is saved, or nothing of it."""
    round_id = identifier(request.form.get("round", ""))
    form = kept(request.form) if "keep" in request.form else request.form
    refused = _save_all(visit, round_id, form, clock.now())
    if refused is not None:
        return _refused(visit, domain_id, round_id, form, *refused)
    sheet = answering.sheet_of(visit, round_id)
    page = request.form.get("page", type=whole, default=1)
    _note_seen(visit, sheet, _section(sheet, domain_id).page(page))
    onwards = _onwards(visit, sheet, _section(sheet, domain_id), page, "back" in request.form)
    if not {"back", "language", "keep"} & set(request.form):
        onwards = about_you.detour(visit, sheet, _section(sheet, domain_id), page, onwards)
    language.choose(request.form.get("language"))
    return redirect(onwards, 303)


def _note_seen(visit: Visit, sheet: Sheet, entries: Sequence[Entry]) -> None:
    """Whoever saves a page has had its cards on screen."""
    items = [entry.task.item_id for entry in entries]
    exposures.record(visit, sheet.round.id, items, str(get_locale()), clock.now())


def _save_all(
    visit: Visit, round_id: int, form: Mapping[str, str], now: datetime
) -> tuple[str, DomainError] | None:
    """Save each answer that changed; where one is refused undo the others, and name it."""
    answers = typed(form)
    given = [Change(answer.answer) for answer in answers]
    try:
        saved = changes.save(visit, round_id, given, str(get_locale()), now) if given else []
    except DomainError as error:
        return answers[0].field, error
    for answer, one in zip(answers, saved, strict=True):
        if one.error is not None:
            session.rollback()
            return answer.field, one.error
    return None


def _refused(
    visit: Visit, domain_id: int, round_id: int, form: Mapping[str, str], field: str, error: DomainError
) -> Any:
    """The page again with what was typed; or what was typed beside what is saved, where nothing can be."""
    language.choose(request.form.get("language"))
    text = explained(error)
    sheet = answering.sheet_of(visit, round_id)
    section = _section(sheet, domain_id)
    page = request.form.get("page", type=whole, default=1)
    if error.code not in REFUSED_WHOLE:
        return _page(visit, sheet, section, page, form, {field: text}), status_of(error)
    given = [answer.answer for answer in typed(form)]
    return late.page(visit, sheet, given, error, card_fields(form)), status_of(error)


def _page(
    visit: Visit,
    sheet: Sheet,
    section: Section,
    page: int,
    form: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> str:
    page = min(max(page, 1), section.pages)
    shown = cards.of(visit, sheet.round.id, section.page(page))
    return render_template(
        "expert/domain.html",
        visit=visit,
        sheet=sheet,
        section=section,
        page=page,
        cards=shown,
        keepable=keepable(shown, sheet.protocol.rules.criteria, form or {}),
        panel_names=_panel_names(visit, sheet),
        typed=form or {},
        problems=problems or {},
    )


def _panel_names(visit: Visit, sheet: Sheet) -> dict[str, Any]:
    """Only feedback that is told by panel needs them."""
    shown = panels.list_of(visit.study) if sheet.protocol.feedback.by_panel else []
    return {panel.code: panel.name for panel in shown}


def _section(sheet: Sheet, domain_id: int) -> Section:
    found = next((section for section in sheet.sections if section.id == domain_id), None)
    return found or abort(404)


def _onwards(visit: Visit, sheet: Sheet, section: Section, page: int, back: bool) -> str:
    """The page before or after, and at the ends the task list, or the last check when nothing is open.

    Who only chose another language, or kept the answers of the page, stays.
    """
    wanted = page if {"language", "keep"} & set(request.form) else page - 1 if back else page + 1
    if 1 <= wanted <= section.pages:
        shown = 1 if sheet.content_notes[section.id] else None  # the note has just been read
        return url_for(
            "expert.domain", study_id=visit.study.id, domain_id=section.id, page=wanted, shown=shown
        )
    if not back and sheet.done == len(sheet.tasks):
        return url_for("expert.check", study_id=visit.study.id)
    return url_for("expert.tasks", study_id=visit.study.id)
