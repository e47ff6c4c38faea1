"""Suggesting a missing item or a better wording; what is much alike is shown before it is sent."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext as _

from delphi.domain.errors import DomainError
from delphi.domain.suggestions import LONGEST_REASON, LONGEST_TEXT
from delphi.services import suggestions
from delphi.services.links import Visit
from delphi.services.suggestions import Alike, Draft
from delphi.web import clock, language
from delphi.web.errors import status_of
from delphi.web.expert import blueprint
from delphi.web.expert.consent import consented
from delphi.web.guards import expert_page
from delphi.web.item_texts import text_of
from delphi.web.numbers import whole
from delphi.words import explained

LONGEST_KEY = 40


@blueprint.get("/x/<int:study_id>/suggest")
@expert_page
@consented
def suggest(visit: Visit) -> Any:
    """A missing item, or with `item` a better wording, starting from the present one."""
    item_id = request.args.get("item", type=whole)
    if not suggestions.taken(visit, wording=item_id is not None):
        raise DomainError("suggestion.not_taken")
    text = ""
    if item_id is not None:
        text = text_of(suggestions.wording_of(visit, item_id), visit.study.languages[0]).title
    return _page(visit, Draft(text, item_id=item_id, key=secrets.token_urlsafe(20)))


@blueprint.post("/x/<int:study_id>/suggest")
@expert_page
@consented
def send_suggestion(visit: Visit) -> Any:
    draft = _draft()
    if "language" in request.form:
        language.choose(request.form["language"])
        return _page(visit, draft)
    try:
        suggestions.check(visit, draft)
    except DomainError as error:
        if "field" not in error.params:
            raise
        return _page(visit, draft, problem=error), status_of(error)
    if "anyway" not in request.form and (found := suggestions.alike(visit, draft)):
        return _page(visit, draft, found)
    suggestions.send(visit, draft, str(get_locale()), clock.now())
    flash(
        _("Thank you. Your suggestion is with the research team. You find their answer on this page."), "ok"
    )
    return _to_own(visit)


@blueprint.post("/x/<int:study_id>/suggestions/<int:suggestion_id>/take-back")
@expert_page
def take_back_suggestion(visit: Visit, suggestion_id: int) -> Any:
    suggestions.take_back(visit, suggestion_id)
    flash(_("Your suggestion is taken back."), "ok")
    return _to_own(visit)


def _draft() -> Draft:
    form = request.form
    key = form.get("key", "")
    typed = Draft(
        text=form.get("text", ""),
        reason=form.get("reason", ""),
        item_id=form.get("item", type=whole),
        domain_id=form.get("domain", type=whole),
        key=key if 0 < len(key) <= LONGEST_KEY else None,
    )
    return typed.cleaned


def _page(
    visit: Visit, draft: Draft, alike: list[Alike] | None = None, problem: DomainError | None = None
) -> str:
    present = suggestions.wording_of(visit, draft.item_id) if draft.item_id is not None else None
    return render_template(
        "expert/suggestions/form.html",
        visit=visit,
        draft=draft,
        present=present,
        domains=suggestions.domains(visit) if present is None else [],
        alike=alike or [],
        problems={problem.params["field"]: explained(problem)} if problem else {},
        most_text=LONGEST_TEXT,
        most_reason=LONGEST_REASON,
    )


def _to_own(visit: Visit) -> Any:
    return redirect(url_for("expert.me", study_id=visit.study.id, _anchor="suggestions"), 303)
