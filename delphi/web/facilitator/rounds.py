"""Pages of rounds: where each stands, opening, extending, closing, and what was delivered."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.schedule import local_to_utc
from delphi.models import Round, Study
from delphi.services import decisions, outbox, panels, progress, readiness, reminders, rounds as service
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.guards import may, study_page

RUN = Permission.RUN_ROUNDS


@blueprint.get("/studies/<int:study_id>/rounds")
@study_page(Permission.VIEW_STUDY)
def rounds(study: Study) -> str:
    return render_template("facilitator/rounds/index.html", rounds=service.of_study(study))


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>")
@study_page(Permission.VIEW_STUDY)
def round_page(study: Study, number: int) -> str:
    shown, now = service.get(study, number), clock.now()
    opened = shown.opened_at is not None
    return render_template(
        "facilitator/rounds/round.html",
        round=shown,
        by_panel=progress.by_panel(shown) if opened else [],
        totals=progress.totals(shown) if opened else None,
        deliveries=Counter(one.state for one in outbox.of_round(shown) if one.latest)
        if opened
        else Counter(),
        panels={panel.id: panel for panel in panels.list_of(study)},
        checks=[] if opened else [one for one in readiness.checks(study) if not one.ok],
        now=now,
        reminding=reminders.due(study, shown, now) if _can_remind(shown) else None,
        undecided=len(decisions.undecided(shown)) if shown.state == "closed" else 0,
    )


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/open")
@study_page(RUN)
def open_round(study: Study, number: int) -> Any:
    service.open_round(study, service.get(study, number).id, by=current_user.account, now=clock.now())
    flash(_("Round %(number)s is open. The invitations are on their way.", number=number), "ok")
    return _to_round(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/schedule")
@study_page(RUN)
def schedule_round(study: Study, number: int) -> Any:
    service.schedule(study, service.get(study, number), by=current_user.account, now=clock.now())
    flash(_("Round %(number)s opens by itself at the stated time.", number=number), "ok")
    return _to_round(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/unschedule")
@study_page(RUN)
def unschedule_round(study: Study, number: int) -> Any:
    service.unschedule(study, service.get(study, number), by=current_user.account, now=clock.now())
    flash(_("Round %(number)s is a draft again.", number=number), "ok")
    return _to_round(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/extend")
@study_page(RUN)
def extend_round(study: Study, number: int) -> Any:
    extended = service.get(study, number)
    closes_at = local_to_utc(_local_time(request.form.get("closes_at", "")), extended.time_zone)
    service.extend(study, extended.id, closes_at, by=current_user.account, now=clock.now())
    flash(_("Round %(number)s has a new closing time.", number=number), "ok")
    return _to_round(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/close")
@study_page(RUN)
def close_round(study: Study, number: int) -> Any:
    service.close(study, service.get(study, number).id, by=current_user.account, now=clock.now())
    flash(_("Round %(number)s is closed and the rules have given their verdicts.", number=number), "ok")
    return redirect(url_for("facilitator.board", study_id=study.id, round=number), 303)


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/delivery")
@study_page(Permission.VIEW_EXPERTS)
def delivery(study: Study, number: int) -> str:
    shown = service.get(study, number)
    return render_template("facilitator/rounds/delivery.html", round=shown, deliveries=outbox.of_round(shown))


@blueprint.post("/studies/<int:study_id>/messages/<int:message_id>/resend")
@study_page(RUN)
def resend_message(study: Study, message_id: int) -> Any:
    message = outbox.find(study, message_id)
    if outbox.resend(message, by=current_user.account, now=clock.now()) is None:
        flash(_("This message was sent again already."), "warning")
    else:
        flash(_("The message is sent again, with a fresh link."), "ok")
    return redirect(_delivery_page(study, message.round_id), 303)


def _can_remind(shown: Round) -> bool:
    return shown.state == "open" and may(RUN)


def _local_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise DomainError("round.no_closing_time") from None


def _to_round(study: Study, number: int) -> Any:
    return redirect(url_for("facilitator.round_page", study_id=study.id, number=number), 303)


def _delivery_page(study: Study, round_id: int | None) -> str:
    number = next((one.number for one in service.of_study(study) if one.id == round_id), None)
    if number is None:
        return url_for("facilitator.rounds", study_id=study.id)
    return url_for("facilitator.delivery", study_id=study.id, number=number)
