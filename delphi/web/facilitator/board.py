"""The consensus board: finding the items to decide, confirming many at once, finishing the round, taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain.board import COLUMNS, View, view_of
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import board as service, decisions, rounds, undoing
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import analysis, blueprint
from delphi.web.guards import may, study_page
from delphi.web.numbers import whole

DECIDE = Permission.MAKE_DECISIONS


@blueprint.get("/studies/<int:study_id>/board")
@study_page(Permission.VIEW_STUDY)
def board(study: Study) -> str:
    return _board_page(study, asked_view())


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/confirm")
@study_page(DECIDE)
def confirm(study: Study, number: int) -> Any:
    chosen = dict.fromkeys(request.form.getlist("item", type=whole))
    closed = rounds.get(study, number)
    count = decisions.confirm(
        study, closed.id, chosen, by=current_user.account, now=clock.now(), judged=moment_seen()
    )
    if count:
        flash(ngettext("%(num)s verdict confirmed.", "%(num)s verdicts confirmed.", count), "ok")
    if left := len(chosen) - count:
        text = ngettext(
            "%(num)s item was left out: it has been decided since you opened the page.",
            "%(num)s items were left out: they have been decided since you opened the page.",
            left,
        )
        flash(text, "warning")
    elif not count:
        flash(_("Nothing was confirmed: tick the items whose verdict you follow."), "warning")
    return to_board(study, number, anchor=_row(request.form.get("at", type=whole)))


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/undo")
@study_page(DECIDE)
def undo_bulk(study: Study, number: int) -> Any:
    """Take the last bulk confirmation back, as far as it is still in force."""
    event_id = request.form.get("bulk", 0, type=whole)
    closed = rounds.get(study, number)
    count = undoing.undo_bulk(study, closed.id, event_id, by=current_user.account, now=clock.now())
    if count:
        flash(ngettext("%(num)s decision is undone.", "%(num)s decisions are undone.", count), "ok")
    else:
        flash(_("Nothing of that confirmation is in force any more."), "warning")
    return to_board(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/finish")
@study_page(DECIDE)
def finish(study: Study, number: int) -> Any:
    decisions.finish(study, rounds.get(study, number).id, by=current_user.account, now=clock.now())
    flash(_("Round %(number)s is decided and its feedback is fixed.", number=number), "ok")
    return redirect(url_for("facilitator.rounds", study_id=study.id), 303)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/undecide")
@study_page(DECIDE)
def undecide(study: Study, number: int) -> Any:
    """Take up again the decisions of a finished round."""
    reason = request.form.get("reason", "")
    try:
        undoing.undecide(
            study, rounds.get(study, number).id, reason, by=current_user.account, now=clock.now()
        )
    except DomainError as error:
        if not error.code.startswith("decision."):
            raise
        return _board_page(study, View(round=number), reason, error.code), status_of(error)
    flash(_("Round %(number)s can be decided again.", number=number), "ok")
    return to_board(study, number)


def asked_view() -> View:
    """What the address asks for."""
    args = request.args
    return view_of(
        round=args.get("round", type=whole),
        criterion=args.get("criterion", ""),
        show=args.getlist("show"),
        domain=args.get("domain", type=whole),
        text=args.get("text", ""),
        sort=args.get("sort", ""),
        down=args.get("down") == "1",
        columns=args.getlist("column"),
    )


def moment_seen() -> datetime | None:
    """When the verdicts were given that the form's reader saw."""
    try:
        seen = datetime.fromisoformat(request.form.get("judged", ""))
    except ValueError:
        return None
    return seen if seen.tzinfo else None


def to_board(study: Study, number: int, anchor: str | None = None) -> Any:
    """The board as it was left: the address of the form carries the view."""
    parameters = asked_view().address(round=number)
    return redirect(url_for("facilitator.board", study_id=study.id, **parameters, _anchor=anchor), 303)


def _row(item_id: int | None) -> str | None:
    return f"item-{item_id}" if item_id else None


def _board_page(study: Study, asked: View, reason: str = "", error: str = "") -> str:
    shown = service.of_round(study, asked.round)
    if shown is None:
        return render_template("facilitator/board/empty.html")
    criteria = list(shown.protocol.rules.criteria)
    criterion = asked.criterion if asked.criterion in criteria else criteria[0]
    asked = replace(asked, criterion=criterion if len(criteria) > 1 else "")
    rows = replace(asked, criterion=criterion).of(shown.rows)
    groups: dict[int | None, list[service.Row]] = {}
    for row in rows:
        groups.setdefault(None if asked.sort else row.item.domain_id, []).append(row)
    return render_template(
        "facilitator/board/board.html",
        board=shown,
        view=asked,
        columns=COLUMNS,
        groups=groups.items(),
        shown=len(rows),
        criterion=criterion,
        analysis=analysis.of_round(study, shown.round) if shown.computing else None,
        bulk=undoing.last_bulk(shown.round, shown.decisions) if shown.deciding and may(DECIDE) else None,
        later=undoing.opened_after(shown.round) if not shown.deciding else None,
        reason=reason,
        error=error,
    )
