"""Pages that plan a round."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import RoundState
from delphi.models import Panel, Round, Study
from delphi.services import invitees, panels, round_items, rounds, studies
from delphi.web import clock, stale
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.facilitator.round_form import PlanForm, held, plan_form
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.words import explained

RUN = Permission.RUN_ROUNDS


@blueprint.get("/studies/<int:study_id>/rounds/new")
@study_page(RUN)
def new_round(study: Study) -> str:
    return _page(study, None)


@blueprint.post("/studies/<int:study_id>/rounds/new")
@study_page(RUN)
def create_round(study: Study) -> Any:
    return _save(study, None)


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/edit")
@study_page(RUN)
def edit_round(study: Study, number: int) -> Any:
    planned = rounds.get(study, number)
    if planned.state is not RoundState.DRAFT:
        return redirect(url_for("facilitator.round_page", study_id=study.id, number=number))
    return _page(study, planned)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/edit")
@study_page(RUN)
def change_round(study: Study, number: int) -> Any:
    studies.lock(study)
    return _save(study, rounds.get(study, number))


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/discard")
@study_page(RUN)
def discard_round(study: Study, number: int) -> Any:
    rounds.discard(study, rounds.get(study, number), by=current_user.account, now=clock.now())
    flash(_("The plan for round %(number)s was thrown away.", number=number), "ok")
    return redirect(url_for("facilitator.rounds", study_id=study.id), 303)


def _form(study: Study, planned: Round | None) -> tuple[round_items.Choice, list[Panel], PlanForm]:
    choice, known = round_items.of(study), panels.list_of(study)
    chosen = choice.matching(request.args.get("verdict", ""), request.args.get("domain", 0, type=whole))
    return choice, known, plan_form(study, [one.item for one in choice.items], known, planned, chosen)


def _page(study: Study, planned: Round | None) -> str:
    return _render(study, planned, *_form(study, planned))


def _render(
    study: Study, planned: Round | None, choice: round_items.Choice, known: list[Panel], form: PlanForm
) -> str:
    ids = [panel.id for panel in known]
    ticked = choice.limits(form.items.data or ())
    return render_template(
        "facilitator/rounds/plan.html",
        planned=planned,
        seen=stale.mark(held(study, planned)) if planned else "",
        first=not (planned or rounds.of_study(study)),
        choice=choice,
        form=form,
        panels=known,
        invitees=invitees.count(study, ids, planned),
        effort=invitees.effort(study, ticked, ids),
    )


def _save(study: Study, planned: Round | None) -> Any:
    choice, known, form = _form(study, planned)
    if not form.validate_on_submit():
        return _render(study, planned, choice, known, form), 400
    facts = {"by": current_user.account, "now": clock.now()}
    if planned is None:
        planned = rounds.plan(study, form.plan(study), **facts)
    else:
        try:
            stale.check(held(study, planned), form.data)
        except DomainError as error:
            form.form_errors.append(explained(error))
            return _render(study, planned, choice, known, form), status_of(error)
        rounds.change(study, planned, form.plan(study), **facts)
    flash(_("Round %(number)s is planned. Nothing has been sent yet.", number=planned.number), "ok")
    return redirect(url_for("facilitator.round_page", study_id=study.id, number=planned.number), 303)
