"""Importing a table of items: upload, look, confirm."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.importers import mapping
from delphi.importers.items import FIELDS
from delphi.importers.places import LEVELS, lineage
from delphi.importers.problems import ImportRefused
from delphi.models import Study
from delphi.services import item_fields, item_imports as service, studies
from delphi.services.item_imports import Preview
from delphi.web import clock, column_choice, downloads, uploads
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint, steps
from delphi.web.uploads import Upload
from delphi.words import explained, translated

EDIT = Permission.EDIT_ITEMS


@blueprint.get("/studies/<int:study_id>/items/import")
@study_page(EDIT)
def import_items(study: Study) -> str:
    return _upload_page(study)


@blueprint.get("/studies/<int:study_id>/items/template.csv")
@study_page(EDIT)
def item_template(study: Study) -> Response:
    return downloads.attachment(service.template(study), "items.csv")


@blueprint.post("/studies/<int:study_id>/items/import")
@study_page(EDIT)
def upload_items(study: Study) -> Any:
    """Keep the file if it is a table at all; the preview says what is in it."""
    try:
        studies.refuse_when_concluded(study)
        upload = uploads.keep(study, request.files.get("file"))
    except DomainError as error:
        return _upload_page(study, explained(error)), status_of(error)
    return redirect(url_for("researcher.preview_items", study_id=study.id, token=upload.token), 303)


@blueprint.get("/studies/<int:study_id>/items/import/<token>")
@study_page(EDIT)
def preview_items(study: Study, token: str) -> str:
    upload = uploads.kept(study, token)
    sheet = request.args.get("sheet")
    chosen = column_choice.chosen(request.args, service.targets(study)) if "mapped" in request.args else None
    return _page(study, upload, service.preview(study, upload.table(sheet), chosen))


@blueprint.post("/studies/<int:study_id>/items/import/<token>")
@study_page(EDIT)
def confirm_items(study: Study, token: str) -> Any:
    """The file is read again: whatever has changed in the study since is told, and nothing is taken twice."""
    upload = uploads.kept(study, token)
    sheet = request.form.get("sheet")
    chosen = column_choice.chosen(request.form, service.targets(study))
    try:
        created = service.import_table(study, upload.table(sheet), current_user.account, clock.now(), chosen)
    except ImportRefused:
        return _page(study, upload, service.preview(study, upload.table(sheet), chosen)), 409
    count = len(created)
    flash(ngettext("%(count)s item is imported.", "%(count)s items are imported.", count, count=count), "ok")
    if request.form.get("then") == "next":
        return redirect(steps.next_page(study), 303)
    return redirect(url_for("researcher.items", study_id=study.id), 303)


def _upload_page(study: Study, error: str | None = None) -> str:
    return render_template("researcher/items/upload.html", error=error, added=item_fields.of(study))


def _page(study: Study, upload: Upload, looked: Preview) -> str:
    return render_template(
        "researcher/items/preview.html",
        upload=upload,
        looked=looked,
        counts=_counts(looked),
        lineage=lineage,
        columns=column_choice.columns(looked.table, looked.columns),
        choices=_choices(study),
        chosen=column_choice.as_fields(looked.columns),
    )


def _choices(study: Study) -> list[tuple[str, str]]:
    """With the names of the fields that the study added."""
    added = {f"field:{field.key}": translated(field.name) for field in item_fields.of(study)}
    return [*column_choice.choices(mapping.targets(FIELDS, study.languages)), *added.items()]


def _counts(looked: Preview) -> list[tuple[int, str, int]]:
    """How many, of what, and how many of them are new; what there is none of is left out."""
    words = {
        "part": lambda count: ngettext("part", "parts", count),
        "domain": lambda count: ngettext("domain", "domains", count),
        "subdomain": lambda count: ngettext("sub-domain", "sub-domains", count),
    }
    total = len(looked.items.items)
    counts = [(total, ngettext("item", "items", total), total)]
    for level in LEVELS:
        places = looked.places(level)
        new = sum(place.id is None for place in places)
        if places:
            counts.append((len(places), words[level](len(places)), new))
    return counts
