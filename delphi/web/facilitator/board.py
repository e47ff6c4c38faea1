"""The consensus board and the page where one item is decided."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.decisions import OUTCOMES
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.scoring.rules import Verdict
from delphi.services import board as service, comment_review, decisions, panels, rounds
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.guards import may, study_page
from delphi.web.numbers import whole

DECIDE = Permission.MAKE_DECISIONS


@blueprint.get("/studies/<int:study_id>/board")
@study_page(Permission.VIEW_STUDY)
def board(study: Study) -> str:
    shown = service.of_round(study, request.args.get("round", type=whole))
    if shown is None:
        return render_template("facilitator/board/empty.html")
    criterion = request.args.get("criterion", "")
    criteria = list(shown.protocol.rules.criteria)
    rows = _filtered(shown.rows, request.args.get("show", ""))
    groups: dict[int | None, list[service.Row]] = {}
    for row in rows:
        groups.setdefault(row.item.domain_id, []).append(row)
    return render_template(
        "facilitator/board/board.html",
        board=shown,
        groups=groups.items(),
        shown=len(rows),
        criterion=criterion if criterion in criteria else criteria[0],
    )


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/confirm")
@study_page(DECIDE)
def confirm(study: Study, number: int) -> Any:
    chosen = request.form.getlist("item", type=whole)
    closed = rounds.get(study, number)
    count = decisions.confirm(study, closed.id, chosen, by=current_user.account, now=clock.now())
    if count:
        flash(_("%(count)s verdicts confirmed.", count=count), "ok")
    else:
        flash(_("Nothing was confirmed: tick the items whose verdict you follow."), "warning")
    return _to_board(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/finish")
@study_page(DECIDE)
def finish(study: Study, number: int) -> Any:
    decisions.finish(study, rounds.get(study, number).id, by=current_user.account, now=clock.now())
    flash(_("Round %(number)s is decided and its feedback is fixed.", number=number), "ok")
    return redirect(url_for("facilitator.rounds", study_id=study.id), 303)


@blueprint.get("/studies/<int:study_id>/board/<int:item_id>")
@study_page(Permission.VIEW_STUDY)
def board_item(study: Study, item_id: int) -> str:
    return _item_page(study, item_id, "", "")


@blueprint.post("/studies/<int:study_id>/board/<int:item_id>")
@study_page(DECIDE)
def decide(study: Study, item_id: int) -> Any:
    number = request.form.get("round", 0, type=whole)
    outcome, reason = request.form.get("outcome", ""), request.form.get("reason", "")
    try:
        chosen = Verdict(outcome)
    except ValueError:
        return _item_page(study, item_id, outcome, reason, "decision.no_outcome"), 400
    closed = rounds.get(study, number)
    try:
        decisions.decide(study, closed.id, item_id, chosen, reason, by=current_user.account, now=clock.now())
    except DomainError as error:
        if error.code != "decision.needs_reason":
            raise
        return _item_page(study, item_id, outcome, reason, error.code), 400
    flash(_("Decided."), "ok")
    return _to_board(study, number, anchor=f"item-{item_id}")


def _filtered(rows: list[service.Row], show: str) -> list[service.Row]:
    if show == "waiting":
        return [row for row in rows if row.decision is None]
    if show == "overridden":
        return [row for row in rows if row.decision and row.decision.reason]
    return [row for row in rows if row.stored.verdict == show] if show else rows


def _item_page(study: Study, item_id: int, outcome: str, reason: str, error: str = "") -> str:
    item, steps = service.item_history(study, item_id)
    latest = steps[-1] if steps else None
    readable = latest and latest.stored and may(Permission.READ_COMMENTS)
    return render_template(
        "facilitator/board/item.html",
        item=item,
        steps=steps,
        latest=latest,
        protocols=service.protocols_of(steps),
        averages=service.averages_told(steps),
        panels=panels.list_of(study),
        comments=comment_review.of_round(latest.round, item.id) if latest and readable else [],
        outcomes=OUTCOMES,
        chosen_outcome=outcome,
        reason=reason,
        error=error,
    )


def _to_board(study: Study, number: int, anchor: str | None = None) -> Any:
    return redirect(url_for("facilitator.board", study_id=study.id, round=number, _anchor=anchor), 303)
