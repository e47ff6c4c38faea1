"""Rehearsals: made, played, looked at through the eyes of a test expert, deleted whole."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain import rehearsals as sizes
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import ExpertState
from delphi.models import Study
from delphi.services import (
    answering,
    arrivals,
    links,
    outbox,
    panels,
    progress,
    readiness,
    rehearsals as service,
    rounds,
    studies,
    uploads,
)
from delphi.services.answering import Phase
from delphi.services.links import Visit
from delphi.web import arriving, clock
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.web.researcher.steps import check_in_words
from delphi.words import explained

EDIT = Permission.EDIT_STUDY


class View(NamedTuple):
    """A page of experts that can be looked at, and where it is."""

    name: str
    address: str


@blueprint.get("/studies/<int:study_id>/rehearsals")
@study_page(EDIT)
def rehearsals(study: Study) -> str:
    return _list(study) if study.rehearsal_of_id is None else _one(study)


@blueprint.post("/studies/<int:study_id>/rehearsals")
@study_page(EDIT)
def make_rehearsal(study: Study) -> Any:
    size, once = request.form.get("size", 0, type=whole), request.form.get("once", "")
    if earlier := studies.begun(current_user.account, once):
        return redirect(url_for("researcher.rehearsals", study_id=earlier.id), 303)
    try:
        made = service.make(study, size, by=current_user.account, now=clock.now(), once=once)
    except DomainError as error:
        return _list(study, request.form.get("size", ""), explained(error)), status_of(error)
    flash(_("The rehearsal is ready. Everything in it can be tried, and nothing of it stays."), "ok")
    return redirect(url_for("researcher.rehearsals", study_id=made.id), 303)


@blueprint.post("/studies/<int:study_id>/rehearsals/open")
@study_page(EDIT)
def open_rehearsed_round(study: Study) -> Any:
    opened = service.open_next(study, by=current_user.account, now=clock.now())
    email = current_user.account.email
    flash(
        _("Round %(number)s is open. The invitations go to %(email)s.", number=opened.number, email=email),
        "ok",
    )
    return _back(study)


@blueprint.post("/studies/<int:study_id>/rehearsals/answer")
@study_page(EDIT)
def answer_rehearsed_round(study: Study) -> Any:
    count = service.answer(study, now=clock.now())
    flash(ngettext("%(num)s test expert has answered.", "%(num)s test experts have answered.", count), "ok")
    return _back(study)


@blueprint.post("/studies/<int:study_id>/rehearsals/delete")
@study_page(EDIT)
def delete_rehearsal(study: Study) -> Any:
    back = service.original(study).id
    uploads.forget_all(study)
    visits = cookie.get("visits", {})
    cookie["visits"] = {key: ticket for key, ticket in visits.items() if key != str(study.id)}
    service.delete(study)
    flash(_("The rehearsal is deleted. No trace of it is left."), "ok")
    return redirect(url_for("researcher.rehearsals", study_id=back), 303)


@blueprint.post("/studies/<int:study_id>/rehearsals/experts/<int:expert_id>")
@study_page(EDIT)
def become_test_expert(study: Study, expert_id: int) -> Any:
    """A visit as this test expert, in this browser; the staff session stays."""
    chosen = service.expert(study, expert_id)
    visit = links.visit_by(links.make(chosen, clock.now()))
    if visit is None:
        raise DomainError("rehearsal.expert_left")
    cookie["visits"] = {**cookie.get("visits", {}), str(study.id): visit.ticket}
    arrivals.record(visit, clock.now())
    return redirect(url_for("researcher.as_expert", study_id=study.id), 303)


@blueprint.get("/studies/<int:study_id>/rehearsals/look")
@study_page(EDIT)
def as_expert(study: Study) -> Any:
    """Pages of experts in the width of a telephone, one frame a language; no script is needed."""
    ticket = cookie.get("visits", {}).get(str(study.id))
    visit = links.visit(ticket, study.id) if ticket and study.rehearsal_of_id else None
    if visit is None:
        return redirect(url_for("researcher.rehearsals", study_id=study.id))
    views = _views(visit)
    shown = next((one for one in views if one.name == request.args.get("page")), views[0])
    return render_template(
        "researcher/rehearsals/look.html", study=study, visit=visit, views=views, shown=shown
    )


def _views(visit: Visit) -> list[View]:
    """Those that show something to this expert now."""
    study_id = visit.study.id
    views = [
        View("arrival", url_for("expert.consent", study_id=study_id)),
        View("tasks", url_for("expert.tasks", study_id=study_id)),
        View("settled", url_for("expert.settled_items", study_id=study_id)),
        View("personal", url_for("expert.me", study_id=study_id)),
    ]
    if visit.expert.state is not ExpertState.ACTIVE:
        return views[:1]
    standing = answering.standing(visit, clock.now())
    if standing.phase is Phase.OPEN:
        sheet = answering.sheet(visit, standing)
        if sheet.sections:
            first = arriving.first_open(visit, sheet) or url_for(
                "expert.domain", domain_id=sheet.sections[0].id, study_id=study_id
            )
            views.insert(0, View("rating", first.partition("#")[0]))
    return views


def _list(study: Study, size: str = "", error: str = "") -> str:
    return render_template(
        "researcher/rehearsals/list.html",
        study=study,
        made=service.of(study, current_user.account),
        missing=readiness.blocks_sealing(readiness.checks(study)),
        in_words=check_in_words,
        panels=panels.list_of(study),
        size=size or sizes.USUAL,
        bounds=sizes,
        error=error,
    )


def _one(study: Study) -> str:
    planned = rounds.of_study(study)
    latest = next((one for one in reversed(planned) if one.opened_at), None)
    begun = progress.totals(latest) if latest else None
    return render_template(
        "researcher/rehearsals/one.html",
        study=study,
        original=service.original(study),
        experts=service.experts(study),
        panels={panel.id: panel for panel in panels.list_of(study)},
        latest=latest,
        begun=begun,
        maker=service.maker(study),
        problem=outbox.problem(),
    )


def _back(study: Study) -> Any:
    return redirect(url_for("researcher.rehearsals", study_id=study.id), 303)
