"""Fixing the protocol, and amending it once it is fixed. Each is looked at whole before it is done."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain import protocols as documents
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Protocol, Study
from delphi.scoring.problems import ProtocolError
from delphi.services import protocols, readiness, registration, studies, works
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.web.researcher.protocol import checked, form_page, text_page, view_of
from delphi.web.researcher.protocol_form import Sheet
from delphi.web.researcher.steps import check_in_words
from delphi.words import explained

SEAL = Permission.SEAL_PROTOCOL


@blueprint.get("/studies/<int:study_id>/protocol/seal")
@study_page(SEAL)
def seal_page(study: Study) -> Any:
    found = protocols.latest(study)
    if found is None or found.sealed_at:
        return redirect(url_for("researcher.protocol", study_id=study.id))
    return _seal_page(study)


@blueprint.post("/studies/<int:study_id>/protocol/seal")
@study_page(SEAL)
def seal_protocol(study: Study) -> Any:
    studies.lock(study)
    shown = documents.digest(protocols.current(study).document)
    if "confirm" not in request.form:
        return _seal_page(study, _("Tick the box to say that you have read the protocol.")), 400
    if request.form.get("digest") != shown:
        return _seal_page(study, _("The protocol was changed meanwhile. Read it again, then seal it.")), 409
    protocols.seal(study, by=current_user.account, now=clock.now())
    works.ask(study, registration.KIND, {}, by=current_user.account, now=clock.now())
    flash(_("The protocol is sealed. Its registration pack is being made: find it under Reports."), "ok")
    return redirect(url_for("researcher.protocol", study_id=study.id), 303)


def _seal_page(study: Study, error: str = "") -> str:
    draft = protocols.current(study)
    return render_template(
        "researcher/protocol/seal.html",
        study=study,
        stored=draft,
        digest=documents.digest(draft.document),
        view=view_of(study, protocols.parsed(draft)),
        missing=readiness.blocks_sealing(readiness.checks(study)),
        in_words=check_in_words,
        error=error,
    )


@blueprint.get("/studies/<int:study_id>/protocol/amend")
@study_page(SEAL)
def amend_form(study: Study) -> str:
    sealed = protocols.sealed(study)
    return form_page(study, Sheet.of(protocols.parsed(sealed)), sealed, amending=True)


@blueprint.post("/studies/<int:study_id>/protocol/amend")
@study_page(SEAL)
def amend_with_form(study: Study) -> Any:
    """Changes the form, or shows the amendment it makes; nothing is kept before that is confirmed."""
    sheet, sealed = Sheet.read(request.form, study.languages), protocols.sealed(study)
    action = request.form.get("action", "save")
    if action not in ("save", "check"):
        sheet.act(action)
        return form_page(study, sheet, sealed, unsaved=True, amending=True)
    errors, parsed = checked(study, sheet)
    if parsed is None:
        return form_page(study, sheet, sealed, errors, unsaved=True, amending=True), 400
    if action == "check":
        return form_page(study, sheet, sealed, unsaved=True, amending=True)
    return _review(study, sealed, parsed.to_toml())


@blueprint.get("/studies/<int:study_id>/protocol/amend/text")
@study_page(SEAL)
def amend_text(study: Study) -> str:
    sealed = protocols.sealed(study)
    return text_page(sealed.document, sealed, amending=True)


@blueprint.post("/studies/<int:study_id>/protocol/amend/text")
@study_page(SEAL)
def amend_with_text(study: Study) -> Any:
    document, sealed = request.form.get("document", ""), protocols.sealed(study)
    try:
        documents.from_toml(document)
    except ProtocolError as error:
        return text_page(document, sealed, error, amending=True), 400
    return _review(study, sealed, document)


@blueprint.post("/studies/<int:study_id>/protocol/amend/confirm")
@study_page(SEAL)
def confirm_amendment(study: Study) -> Any:
    document, reason = request.form.get("document", ""), request.form.get("reason", "")
    sealed = protocols.sealed(study)
    try:
        made = protocols.amend(study, document, reason, by=current_user.account, now=clock.now())
    except ProtocolError as error:
        return text_page(document, sealed, error, amending=True), 400
    except DomainError as error:
        return _review(study, sealed, document, reason, error), status_of(error)
    flash(_("Amendment %(number)s is in force.", number=made.number - 1), "ok")
    return redirect(url_for("researcher.protocol", study_id=study.id), 303)


def _review(
    study: Study, sealed: Protocol, document: str, reason: str = "", error: DomainError | None = None
) -> str:
    document, parsed = document.replace("\r\n", "\n"), documents.from_toml(document)
    # Both written anew, so that only what means something is shown as changed.
    before, after = (one.to_toml().splitlines() for one in (protocols.parsed(sealed), parsed))
    return render_template(
        "researcher/protocol/review.html",
        study=study,
        stored=sealed,
        document=document,
        reason=reason,
        lines=list(unified_diff(before, after, lineterm="", n=3))[2:],
        view=view_of(study, parsed),
        after_data=protocols.has_data(study),
        error=error and explained(error),
        about_reason=error is not None and error.code.startswith("protocol.reason"),
    )
