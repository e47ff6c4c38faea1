"""The genealogy of an item: one page with everything that happened to it."""

from __future__ import annotations

from flask import render_template

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import genealogy as service, panels
from delphi.web.guards import may, study_page
from delphi.web.researcher import blueprint
from delphi.words.events import sentence


@blueprint.get("/studies/<int:study_id>/items/<int:item_id>/genealogy")
@study_page(Permission.VIEW_STUDY)
def item_genealogy(study: Study, item_id: int) -> str:
    found = service.of(study, item_id, comments=may(Permission.READ_COMMENTS))
    return render_template(
        "researcher/items/genealogy.html",
        genealogy=found,
        item=found.item,
        panels={panel.code: panel for panel in panels.list_of(study)},
        sentence=sentence,
    )
