"""Importing a table of experts: upload, look at what would happen, confirm."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain.errors import DomainError, NotFound
from delphi.importers import experts as importer
from delphi.importers.problems import ImportRefused
from delphi.models import Study
from delphi.services import expert_imports as service, experts, panels, studies
from delphi.web import clock, column_choice, downloads, uploads
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint, steps
from delphi.web.researcher.experts import CONTACTS
from delphi.words import explained

SHOWN = 20


@blueprint.get("/studies/<int:study_id>/experts/import")
@study_page(CONTACTS)
def import_experts(study: Study) -> str:
    return _start(study)


@blueprint.get("/studies/<int:study_id>/experts/import/template")
@study_page(CONTACTS)
def expert_template(study: Study) -> Response:
    return downloads.attachment(service.template(), f"experts-{study.id}.csv")


@blueprint.post("/studies/<int:study_id>/experts/import")
@study_page(CONTACTS)
def upload_experts(study: Study) -> Any:
    """Keep the file if it is a table at all; the preview says what is in it."""
    try:
        studies.refuse_when_concluded(study)
        upload = uploads.keep(study, request.files.get("file"))
    except DomainError as error:
        return _start(study, explained(error)), status_of(error)
    return redirect(url_for("researcher.preview_experts", study_id=study.id, token=upload.token), 303)


@blueprint.get("/studies/<int:study_id>/experts/import/<token>")
@study_page(CONTACTS)
def preview_experts(study: Study, token: str) -> str:
    return _preview(study, uploads.kept(study, token))


@blueprint.post("/studies/<int:study_id>/experts/import/<token>")
@study_page(CONTACTS)
def confirm_experts(study: Study, token: str) -> Any:
    try:
        upload = uploads.kept(study, token)
    except NotFound:
        flash(
            _("This file was imported already, or has waited for too long. Nothing was imported twice."),
            "warning",
        )
        return redirect(url_for("researcher.experts", study_id=study.id), 303)
    columns = column_choice.chosen(request.form, importer.targets())
    sheet = request.form.get("sheet") or None
    try:
        codes = service.import_table(study, upload.table(sheet), current_user.account, clock.now(), columns)
    except ImportRefused:
        return _preview(study, upload), 409
    uploads.forget(study, upload)
    flash(ngettext("%(num)s expert was imported.", "%(num)s experts were imported.", len(codes)), "ok")
    if request.form.get("then") == "next":
        return redirect(steps.next_page(study), 303)
    return redirect(url_for("researcher.experts", study_id=study.id), 303)


@blueprint.post("/studies/<int:study_id>/experts/import/<token>/forget")
@study_page(CONTACTS)
def forget_upload(study: Study, token: str) -> Any:
    with suppress(NotFound):  # what is gone is forgotten
        uploads.forget(study, uploads.kept(study, token))
    flash(_("The file is thrown away. Nothing was imported."), "ok")
    return redirect(url_for("researcher.experts", study_id=study.id), 303)


def _start(study: Study, error: str = "") -> str:
    return render_template("researcher/experts/import.html", error=error, panels=panels.list_of(study))


def _preview(study: Study, upload: uploads.Upload) -> str:
    """Columns and sheet as the address or the confirmation says them; guessed where neither does."""
    sent = request.values
    columns = column_choice.chosen(sent, importer.targets())
    looked = service.preview(study, upload.table(sent.get("sheet") or None), columns)
    fields = column_choice.as_fields(looked.columns)
    if looked.table.sheet:
        fields["sheet"] = looked.table.sheet
    return render_template(
        "researcher/experts/preview.html",
        upload=upload,
        looked=looked,
        panels={panel.id: panel for panel in panels.list_of(study)},
        columns=column_choice.columns(looked.table, looked.columns),
        choices=column_choice.choices(importer.targets()),
        fields=fields,
        shown=SHOWN,
        round=experts.open_round(study, clock.now()),
    )
