"""Items rated before that are not asked now: what became of them."""

from __future__ import annotations

from typing import Any

from flask import render_template

from delphi.domain.decisions import Fate
from delphi.exporters.pdf import to_pdf
from delphi.services import settled
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.downloads import attachment
from delphi.web.expert import blueprint
from delphi.web.expert.consent import consented
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/settled")
@expert_page
@consented
def settled_items(visit: Visit) -> str:
    return render_template("expert/settled.html", visit=visit, groups=_by_fate(visit))


@blueprint.get("/x/<int:study_id>/settled.pdf")
@expert_page
@consented
def settled_pdf(visit: Visit) -> Any:
    page = render_template(
        "expert/settled_document.html", visit=visit, groups=_by_fate(visit), made_at=clock.now()
    )
    return attachment(to_pdf(page), "items.pdf")


def _by_fate(visit: Visit) -> dict[Fate, list[settled.Settled]]:
    found = settled.of(visit)
    return {fate: [one for one in found if one.fate is fate] for fate in Fate}
