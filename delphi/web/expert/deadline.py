"""The end of the open round, for the expert's calendar."""

from __future__ import annotations

from flask import Response
from flask_babel import get_locale

from delphi.domain.errors import NotFound
from delphi.emails.calendar import NAME
from delphi.services import answering, drafting, presentations
from delphi.services.answering import Phase
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.downloads import attachment
from delphi.web.expert import blueprint
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/deadline.ics")
@expert_page
def deadline(visit: Visit) -> Response:
    now = clock.now()
    standing = answering.standing(visit, now)
    if standing.phase is not Phase.OPEN or standing.round is None or standing.round.closes_at is None:
        raise NotFound("message.no_deadline")
    chosen = presentations.of(visit.study)
    file = drafting.deadline(visit.study, chosen, standing.round, str(get_locale()), now)
    return attachment(file, NAME)
