"""Pages of rounds: where each stands, opening, extending, closing, opening again, and what was delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.schedule import local_to_utc
from delphi.models import Study
from delphi.services import outbox, reopening, rounds as service
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.facilitator.round_page import page, shown_again
from delphi.web.guards import study_page

RUN = Permission.RUN_ROUNDS


@blueprint.get("/studies/<int:study_id>/rounds")
@study_page(Permission.VIEW_STUDY)
def rounds(study: Study) -> str:
    return render_template("facilitator/rounds/index.html", rounds=service.of_study(study))


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>")
@study_page(Permission.VIEW_STUDY)
def round_page(study: Study, number: int) -> str:
    return page(study, number)


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
    try:
        closes_at = local_to_utc(_local_time("closes_at"), extended.time_zone)
        service.extend(study, extended.id, closes_at, by=current_user.account, now=clock.now())
    except DomainError as error:
        return shown_again(study, number, error, "closes_at")
    flash(_("Round %(number)s has a new closing time.", number=number), "ok")
    return _to_round(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/close")
@study_page(RUN)
def close_round(study: Study, number: int) -> Any:
    service.close(study, service.get(study, number).id, by=current_user.account, now=clock.now())
    flash(_("Round %(number)s is closed and the rules have given their verdicts.", number=number), "ok")
    return redirect(url_for("facilitator.board", study_id=study.id, round=number), 303)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/reopen")
@study_page(RUN)
def reopen_round(study: Study, number: int) -> Any:
    closed = service.get(study, number)
    try:
        closes_at = local_to_utc(_local_time("reopen_until"), closed.time_zone)
        reason = request.form.get("reason", "")
        reopening.reopen(study, closed.id, closes_at, reason, by=current_user.account, now=clock.now())
    except DomainError as error:
        about_reason = error.code.startswith("round.reason")
        return shown_again(study, number, error, "reason" if about_reason else "reopen_until")
    flash(_("Round %(number)s takes answers again. Nobody was told by itself.", number=number), "ok")
    return _to_round(study, number)


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


def _local_time(name: str) -> datetime:
    try:
        return datetime.fromisoformat(request.form.get(name, "")).replace(tzinfo=None)
    except ValueError:
        raise DomainError("round.no_closing_time") from None


def _to_round(study: Study, number: int) -> Any:
    return redirect(url_for("facilitator.round_page", study_id=study.id, number=number), 303)


def _delivery_page(study: Study, round_id: int | None) -> str:
    number = next((one.number for one in service.of_study(study) if one.id == round_id), None)
    if number is None:
        return url_for("facilitator.rounds", study_id=study.id)
    return url_for("facilitator.delivery", study_id=study.id, number=number)
