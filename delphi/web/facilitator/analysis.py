"""What the verdicts of a round rest on, while it is being computed: how far it is, and who stops it or asks again."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import NotFound
from delphi.domain.permissions import Permission
from delphi.domain.works import UNFINISHED
from delphi.models import Round, Study, Work
from delphi.services import analyses, rounds, works
from delphi.web import clock
from delphi.web.facilitator import blueprint
from delphi.web.facilitator.files import progress_of
from delphi.web.guards import study_page

DECIDE = Permission.MAKE_DECISIONS


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/analysis")
@study_page(Permission.VIEW_STUDY)
def analysis_progress(study: Study, number: int) -> Response:
    work = of_round(study, rounds.get(study, number))
    return jsonify(progress_of([work] if work and work.state in UNFINISHED else []))


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/analysis")
@study_page(DECIDE)
def analyse(study: Study, number: int) -> Any:
    works.ask(study, analyses.KIND, {"round": str(number)}, by=current_user.account, now=clock.now())
    return _back(study, number)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/analysis/cancel")
@study_page(DECIDE)
def cancel_analysis(study: Study, number: int) -> Any:
    work = of_round(study, rounds.get(study, number))
    if work is None:
        raise NotFound("work.not_found")
    works.cancel(study, work, by=current_user.account, now=clock.now())
    flash(_("It was cancelled."), "ok")
    return _back(study, number)


def of_round(study: Study, scored: Round) -> Work | None:
    """The work that was asked for last; None before the worker has seen that the round is closed."""
    return works.latest(study.id, analyses.KIND, {"round": str(scored.number)})


def _back(study: Study, number: int) -> Any:
    """To the page the form stands on."""
    if request.form.get("at") == "round":
        return redirect(url_for("facilitator.round_page", study_id=study.id, number=number), 303)
    return redirect(url_for("facilitator.board", study_id=study.id, round=number), 303)
