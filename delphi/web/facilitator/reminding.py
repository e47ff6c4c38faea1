"""Reminding those who are not done: all of them, chosen ones by pseudonym, and at planned times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.schedule import days_before, local_to_utc
from delphi.domain.standing import Stage
from delphi.models import Round, Study
from delphi.services import (
    late,
    outbox,
    panels,
    planned_reminders,
    presentations,
    progress,
    reminders,
    rounds,
    standing,
)
from delphi.services.standing import Standing
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.facilitator.round_page import shown_again
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.words import message

RUN = Permission.RUN_ROUNDS
BOUNCED = "bounced"
NOT_DONE = tuple(stage for stage in Stage if stage is not Stage.COMPLETED)
MOST_DAYS = 365


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/remind")
@study_page(RUN)
def remind(study: Study, number: int) -> Any:
    asked = rounds.get(study, number)
    count = reminders.send(study, asked, by=current_user.account, now=clock.now())
    flash(_told(study, count), "ok")
    return _to_round(study, number)


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/nudges")
@study_page(Permission.VIEW_EXPERTS)
def nudges(study: Study, number: int) -> str:
    return _nudges_page(study, number)


def _nudges_page(study: Study, number: int, error: str = "") -> str:
    shown = rounds.get(study, number)
    stands = progress.by_expert(shown)
    found = reminders.due(study, shown, clock.now(), stands)
    asked = standing.of_round(shown, stands, outbox.of_round(shown))
    everyone = [one for one in asked if one.takes_part and one.stage in NOT_DONE]
    known = panels.list_of(study)
    stage, panel = request.args.get("stage", ""), request.args.get("panel", 0, type=whole)
    return render_template(
        "facilitator/rounds/nudges.html",
        round=shown,
        experts=[one for one in everyone if _is_of(one, stage, panel)],
        total=len(everyone),
        panels={one.id: one for one in known},
        stages=[*NOT_DONE, BOUNCED],
        stage=stage,
        panel=panel,
        can_be=found.expert_ids,
        reasons=found.reasons,
        error=error,
    )


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/nudges")
@study_page(RUN)
def nudge(study: Study, number: int) -> Any:
    asked, chosen = rounds.get(study, number), set(request.form.getlist("expert", type=whole))
    if not chosen:
        return _nudges_page(study, number, message("reminder.nobody_chosen")), 400
    count = reminders.send(study, asked, by=current_user.account, now=clock.now(), only=chosen)
    flash(_told(study, count), "ok")
    if passed := len(chosen) - count:
        told = ngettext(
            "%(num)s of those chosen needs none any more.",
            "%(num)s of those chosen need none any more.",
            passed,
        )
        flash(told, "warning")
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("stage", "panel")}
    return redirect(url_for("facilitator.nudges", study_id=study.id, number=number, **kept), 303)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/reminders")
@study_page(RUN)
def plan_reminders(study: Study, number: int) -> Any:
    asked = rounds.get(study, number)
    try:
        times = _times(asked)
        count = planned_reminders.plan(study, asked, times, by=current_user.account, now=clock.now())
    except DomainError as error:
        return shown_again(study, number, error, "remind_at" if request.form.get("remind_at") else "days")
    if count:
        flash(ngettext("%(num)s reminder is planned.", "%(num)s reminders are planned.", count), "ok")
    else:
        flash(_("This was planned already."), "warning")
    return _to_round(study, number)


@blueprint.post("/studies/<int:study_id>/reminders/<int:reminder_id>/cancel")
@study_page(RUN)
def cancel_reminder(study: Study, reminder_id: int) -> Any:
    asked, planned = planned_reminders.get(study, reminder_id)
    if planned_reminders.cancel(study, asked, planned, by=current_user.account, now=clock.now()):
        flash(_("The reminder is cancelled."), "ok")
    else:
        flash(_("This reminder had been sent or cancelled already."), "warning")
    return _to_round(study, asked.number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/ask-late")
@study_page(RUN)
def ask_late(study: Study, number: int) -> Any:
    asked, shown = rounds.get(study, number), request.form.get("shown", 0, type=whole)
    count = late.ask(study, asked.id, shown=shown, by=current_user.account, now=clock.now())
    if count:
        told = ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", count)
        flash(told, "ok")
    return _to_round(study, number)


def _is_of(one: Standing, stage: str, panel: int) -> bool:
    if panel and panel not in one.panels:
        return False
    return not stage or (one.written.bounced if stage == BOUNCED else one.stage == stage)


def _times(asked: Round) -> list[datetime]:
    """Days before closing, such as “7, 2”, at one time of day; and one stated time."""
    form, times = request.form, list[datetime]()
    days = form.get("days", "").replace(";", ",").replace(" ", ",").split(",")
    for written in filter(None, days):
        if not (written.isascii() and written.isdecimal()) or int(written) > MOST_DAYS:
            raise DomainError("reminder.days_unknown", found=written)
        if asked.closes_at is None:
            raise DomainError("reminder.no_closing_time")
        hour, minute = _time_of_day(form.get("at", ""))
        times.append(days_before(asked.closes_at, asked.time_zone, int(written), hour, minute))
    if stated := form.get("remind_at", ""):
        try:
            typed = datetime.fromisoformat(stated).replace(tzinfo=None)
        except ValueError:
            raise DomainError("reminder.no_time") from None
        times.append(local_to_utc(typed, asked.time_zone))
    if not times:
        raise DomainError("reminder.no_time")
    return times


def _time_of_day(text: str) -> tuple[int, int]:
    try:
        read = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - a time on the wall
    except ValueError:
        raise DomainError("reminder.no_time") from None
    return read.hour, read.minute


def _told(study: Study, count: int) -> str:
    now = clock.now()
    if presentations.quiet_hours(study, presentations.of(study)).over_at(now) > now:
        return ngettext(
            "%(num)s reminder waits. It leaves when the quiet hours are over.",
            "%(num)s reminders wait. They leave when the quiet hours are over.",
            count,
        )
    return ngettext("%(num)s reminder is on its way.", "%(num)s reminders are on their way.", count)


def _to_round(study: Study, number: int) -> Any:
    return redirect(url_for("facilitator.round_page", study_id=study.id, number=number), 303)
