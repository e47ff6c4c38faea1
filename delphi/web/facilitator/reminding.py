"""Reminding everyone who is not done, by one button on the round's page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import ngettext
from flask_login import current_user

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import presentations, reminders, rounds
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/remind")
@study_page(Permission.RUN_ROUNDS)
def remind(study: Study, number: int) -> Any:
    asked = rounds.get(study, number)
    now = clock.now()
    count = reminders.send(study, asked, by=current_user.account, now=now)
    if presentations.quiet_hours(study, presentations.of(study)).over_at(now) > now:
        told = ngettext(
            "%(num)s reminder waits. It leaves when the quiet hours are over.",
            "%(num)s reminders wait. They leave when the quiet hours are over.",
            count,
        )
    else:
        told = ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", count)
    flash(told, "ok")
    return redirect(url_for("facilitator.round_page", study_id=study.id, number=number), 303)
