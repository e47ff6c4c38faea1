"""The protocol: shown, chosen from presets, written as a form or as text."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain import protocols as documents
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Permission
from delphi.domain.protocols import StudyProtocol
from delphi.models import Protocol, Study
from delphi.scoring import presets
from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.problems import ProtocolError
from delphi.scoring.quantiles import QUARTILE_DEFINITIONS
from delphi.scoring.rules import COMPARISONS, MODES, PANEL_WORDS, Verdict
from delphi.scoring.scales import BANDS
from delphi.scoring.stability_criteria import CRITERIA as STABILITIES
from delphi.services import panels, protocols, studies
from delphi.web import clock, downloads
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.web.researcher.protocol_errors import Errors, place_in_words, placed, problem_in_words
from delphi.web.researcher.protocol_form import FLAGS, NAMED, NO, POLICIES, YES, Sheet
from delphi.web.researcher.protocol_view import Panels, ProtocolView
from delphi.words import explained, message

EDIT = Permission.EDIT_STUDY

CHOICES = {
    "verdicts": [verdict.value for verdict in Verdict],
    "panel_words": [*PANEL_WORDS, NAMED],
    "modes": MODES,
    "statistics": list(STATISTICS),
    "comparisons": [*COMPARISONS, YES, NO],
    "flags": FLAGS,
    "quartiles": [str(number) for number in QUARTILE_DEFINITIONS],
    "policies": POLICIES,
    "stabilities": list(STABILITIES),
    "bands": BANDS,
}


@blueprint.get("/studies/<int:study_id>/protocol")
@study_page(Permission.VIEW_STUDY)
def protocol(study: Study) -> Any:
    found = protocols.latest(study)
    if found is None:
        return redirect(url_for("researcher.protocol_presets", study_id=study.id))
    return render_template(
        "researcher/protocol/show.html",
        study=study,
        stored=found,
        view=view_of(study, protocols.parsed(found)),
        versions=protocols.versions(study),
    )


@blueprint.get("/studies/<int:study_id>/protocol/presets")
@study_page(Permission.VIEW_STUDY)
def protocol_presets(study: Study) -> str:
    return render_template(
        "researcher/protocol/presets.html", presets=presets.names(), stored=protocols.latest(study)
    )


@blueprint.post("/studies/<int:study_id>/protocol/presets")
@study_page(EDIT)
def choose_preset(study: Study) -> Any:
    chosen = protocols.from_preset(study, request.form.get("preset", ""))
    protocols.save_draft(study, chosen.to_toml(), by=current_user.account, now=clock.now())
    flash(_("The rules “%(title)s” are now this study’s draft.", title=chosen.title), "ok")
    return _shown(study)


@blueprint.get("/studies/<int:study_id>/protocol/<int:number>.toml")
@study_page(Permission.VIEW_STUDY)
def protocol_document(study: Study, number: int) -> Response:
    """The bytes the digest is of."""
    found = next((one for one in protocols.versions(study) if one.number == number), None)
    if found is None:
        raise NotFound("protocol.missing")
    return downloads.attachment(found.document, f"protocol-{study.id}-{number}.toml")


@blueprint.get("/studies/<int:study_id>/protocol/edit")
@study_page(EDIT)
def edit_protocol(study: Study) -> Any:
    draft = protocols.latest(study)
    if draft is not None and draft.sealed_at:
        return redirect(url_for("researcher.amend_form", study_id=study.id))
    return form_page(study, Sheet.of(protocols.parsed(draft)) if draft else Sheet(), draft)


@blueprint.post("/studies/<int:study_id>/protocol/edit")
@study_page(EDIT)
def save_protocol(study: Study) -> Any:
    studies.lock(study)
    sheet, draft = Sheet.read(request.form, study.languages), protocols.latest(study)
    action = request.form.get("action", "save")
    if action not in ("save", "check"):
        sheet.act(action)
        return form_page(study, sheet, draft, unsaved=True)
    errors, parsed = checked(study, sheet)
    if parsed is None:
        return form_page(study, sheet, draft, errors, unsaved=True), 400
    if action == "check":
        return form_page(study, sheet, draft, unsaved=True)
    if draft is not None and request.form.get("seen") != documents.digest(draft.document):
        return form_page(study, sheet, draft, unsaved=True, overtaken=True), 409
    try:
        protocols.save_draft(study, parsed.to_toml(), by=current_user.account, now=clock.now())
    except DomainError as error:
        errors.add("", explained(error))
        return form_page(study, sheet, draft, errors, unsaved=True), status_of(error)
    flash(_("The draft of the protocol is saved."), "ok")
    return _shown(study)


@blueprint.get("/studies/<int:study_id>/protocol/text")
@study_page(EDIT)
def edit_text(study: Study) -> Any:
    draft = protocols.latest(study)
    if draft is not None and draft.sealed_at:
        return redirect(url_for("researcher.amend_text", study_id=study.id))
    document = draft.document if draft else documents.from_dict(Sheet().to_dict()).to_toml()
    return text_page(document, draft)


@blueprint.post("/studies/<int:study_id>/protocol/text")
@study_page(EDIT)
def save_text(study: Study) -> Any:
    studies.lock(study)
    document, draft = request.form.get("document", ""), protocols.latest(study)
    if draft is not None and request.form.get("seen") != documents.digest(draft.document):
        return text_page(document, draft, overtaken=True), 409
    try:
        protocols.save_draft(study, document, by=current_user.account, now=clock.now())
    except ProtocolError as error:
        return text_page(document, draft, error), 400
    except DomainError as error:
        return text_page(document, draft, refused=error), status_of(error)
    flash(_("The draft of the protocol is saved."), "ok")
    return _shown(study)


def view_of(study: Study, parsed: StudyProtocol) -> ProtocolView:
    return ProtocolView(parsed, Panels.of(study, panels.list_of(study)))


def checked(study: Study, sheet: Sheet) -> tuple[Errors, StudyProtocol | None]:
    """The form as a protocol; None with what is wrong when it is not one."""
    try:
        parsed, problems = documents.from_dict(sheet.to_dict()), []
    except ProtocolError as error:
        parsed, problems = None, error.problems
    errors = placed(sheet, problems, study.languages[0])
    return errors, None if errors else parsed


def form_page(
    study: Study,
    sheet: Sheet,
    stored: Protocol | None,
    errors: Errors | None = None,
    **facts: bool,
) -> str:
    """`facts`: unsaved, overtaken (somebody else saved meanwhile), amending (a sealed one)."""
    _wrong, parsed = checked(study, sheet)
    chosen = panels.list_of(study)
    return render_template(
        "researcher/protocol/form.html",
        study=study,
        sheet=sheet,
        stored=stored,
        seen=documents.digest(stored.document) if stored else "",
        panels=chosen,
        errors=errors or Errors(),
        place_in_words=place_in_words,
        view=ProtocolView(parsed, Panels.of(study, chosen)) if parsed else None,
        **CHOICES,
        **facts,
    )


def text_page(
    document: str,
    stored: Protocol | None,
    error: ProtocolError | None = None,
    refused: DomainError | None = None,
    **facts: bool,
) -> str:
    """`facts`: overtaken (somebody else saved meanwhile), amending (a sealed protocol)."""
    problems = [(one.where, problem_in_words(one)) for one in error.problems] if error else []
    if refused is not None:
        problems = [("", message(refused.code, refused.params))]
    return render_template(
        "researcher/protocol/text.html",
        document=document,
        stored=stored,
        seen=documents.digest(stored.document) if stored else "",
        problems=problems,
        **facts,
    )


def _shown(study: Study) -> Any:
    return redirect(url_for("researcher.protocol", study_id=study.id), 303)
