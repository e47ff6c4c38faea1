"""The framework as it stands: what was promoted by part and domain, in the chosen style of drawing."""

from __future__ import annotations

from flask import render_template, request

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services.framework import Framework
from delphi.services.framework_reading import Reading
from delphi.services.reporting.framework import STYLES
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page


@blueprint.get("/studies/<int:study_id>/framework")
@study_page(Permission.VIEW_STUDY)
def framework(study: Study) -> str:
    """The style stands in the address; one that there is not is the first."""
    asked = request.args.get("style", "")
    style = asked if asked in STYLES else STYLES[0]
    reading = Reading(Framework(study), style)
    return render_template("facilitator/framework.html", reading=reading, styles=STYLES)
