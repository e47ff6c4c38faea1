"""Where an expert who comes in goes on: at the first thing that waits for them."""

from __future__ import annotations

from datetime import datetime

from flask import url_for

from delphi.domain.states import ExpertState
from delphi.services import answering, arrivals, consents, presentations
from delphi.services.answering import Phase, Sheet
from delphi.services.links import Visit


def way_in(visit: Visit, now: datetime) -> str:
    """The consent text before all, then the practice item before the first answer, then the first open item."""
    _text, agreed = consents.current_for(visit)
    if not agreed or visit.expert.state is not ExpertState.ACTIVE:
        return url_for("expert.consent", study_id=visit.study.id)
    standing = answering.standing(visit, now)
    if standing.phase is not Phase.OPEN:
        return url_for("expert.tasks", study_id=visit.study.id)
    if may_practise(visit):
        return url_for("expert.practice", study_id=visit.study.id)
    return way_on(visit, answering.sheet(visit, standing))


def may_practise(visit: Visit) -> bool:
    """Where the study has a practice item, until the first real answer."""
    return bool(presentations.of(visit.study).practice) and not arrivals.has_answered(visit)


def way_on(visit: Visit, sheet: Sheet) -> str:
    """The card of the first item without an answer; the task list where there is none, or all is handed in."""
    return first_open(visit, sheet) or url_for("expert.tasks", study_id=visit.study.id)


def first_open(visit: Visit, sheet: Sheet) -> str | None:
    """The address of the first item without an answer, unless the answers are handed in."""
    if sheet.participation.submitted_at is not None:
        return None
    for section in sheet.sections:
        for entry in section.entries:
            if not entry.task.done:
                page = section.page_of(entry.task.item_id)
                top = section.page(page)[0] is entry
                return url_for(
                    "expert.domain",
                    study_id=visit.study.id,
                    domain_id=section.id,
                    page=page if page > 1 else None,
                    _anchor=None if top else f"item-{entry.task.item_id}",
                )
    return None
