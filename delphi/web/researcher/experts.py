"""The experts of a study: the list, one of them, and what can be done. Who they are, only for those who may see it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import NotFound
from delphi.domain.permissions import Permission, allows
from delphi.domain.states import ExpertState
from delphi.domain.withdrawals import Withdrawal
from delphi.models import Expert, Study
from delphi.services import about, expert_list, experts as service, panels, withdrawals
from delphi.web import clock
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.words.questions import answer_in_words

VIEW = Permission.VIEW_EXPERTS
CONTACTS = Permission.SEE_CONTACTS


def sees_contacts() -> bool:
    return allows(g.membership.role, CONTACTS)


@blueprint.get("/studies/<int:study_id>/experts")
@study_page(VIEW)
def experts(study: Study) -> str:
    known = panels.list_of(study)
    everyone = expert_list.of_study(study, contacts=sees_contacts())
    asked = {name: request.args.get(name, "")[:200] for name in ("panel", "state", "search")}
    return render_template(
        "researcher/experts/list.html",
        experts=expert_list.filtered(everyone, **asked),
        total=len(everyone),
        counts=expert_list.counts(everyone, known),
        panels=known,
        states=list(ExpertState),
        asked=asked,
    )


@blueprint.get("/studies/<int:study_id>/experts/<int:expert_id>")
@study_page(VIEW)
def expert(study: Study, expert_id: int) -> str:
    shown = service.get(study, expert_id)
    held, known = {row.panel_id for row in shown.panels}, panels.list_of(study)
    return render_template(
        "researcher/experts/expert.html",
        expert=shown,
        contact=service.contact_of(shown) if sees_contacts() and service.has_contact(shown) else None,
        attributes=about.attributes(study, shown),
        answer_in_words=answer_in_words,
        panels=[panel for panel in known if panel.id in held],
        every_panel=known,
        turns=expert_list.turns(shown),
        messages=expert_list.messages(shown),
        links=expert_list.valid_links(shown),
        ways=service.ways(study, shown, clock.now()),
    )


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/ask")
@study_page(CONTACTS)
def ask_expert(study: Study, expert_id: int) -> Any:
    chosen = service.get(study, expert_id)
    if service.ask_now(study, chosen, by=current_user.account, now=clock.now()):
        flash(_("The invitation to the open round is on its way."), "ok")
    else:
        flash(_("This expert was asked in the open round already."), "warning")
    return to_expert(study, chosen)


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/resend")
@study_page(CONTACTS)
def resend_invitation(study: Study, expert_id: int) -> Any:
    chosen = service.get(study, expert_id)
    flash(*resent(study, chosen))
    return to_expert(study, chosen)


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/revoke-links")
@study_page(CONTACTS)
def revoke_links(study: Study, expert_id: int) -> Any:
    chosen, anew = service.get(study, expert_id), "anew" in request.form
    service.revoke_links(study, chosen, by=current_user.account, now=clock.now(), anew=anew)
    if anew:
        flash(_("No personal link sent so far works any more. A new one is on its way."), "ok")
    else:
        flash(_("No personal link sent so far works any more. The next message brings a new one."), "ok")
    return to_expert(study, chosen)


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/panels")
@study_page(CONTACTS)
def move_expert(study: Study, expert_id: int) -> Any:
    chosen, wanted = service.get(study, expert_id), set(request.form.getlist("panels", type=whole))
    known = {panel.id: panel for panel in panels.list_of(study)}
    if wanted - set(known):
        raise NotFound("panel.not_found")
    held = [panel for panel in known.values() if panel.id in wanted]
    if service.move_panels(study, chosen, held, by=current_user.account, now=clock.now()):
        flash(_("The panels are changed. They count from the next round on."), "ok")
    else:
        flash(_("Nothing was changed."), "ok")
    return to_expert(study, chosen)


@blueprint.get("/studies/<int:study_id>/experts/<int:expert_id>/withdraw")
@study_page(CONTACTS)
def confirm_withdrawal(study: Study, expert_id: int) -> Any:
    chosen = service.get(study, expert_id)
    if chosen.state is ExpertState.WITHDRAWN:
        return to_expert(study, chosen)
    contact = service.contact_of(chosen)
    return render_template("researcher/experts/withdraw.html", expert=chosen, contact=contact)


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/withdraw")
@study_page(CONTACTS)
def withdraw_expert(study: Study, expert_id: int) -> Any:
    chosen = service.get(study, expert_id)
    withdrawals.withdraw(study, chosen, Withdrawal.KEPT, by=current_user.account, now=clock.now())
    flash(_("%(code)s is withdrawn and gets nothing more.", code=chosen.code), "ok")
    return to_expert(study, chosen)


def resent(study: Study, chosen: Expert) -> tuple[str, str]:
    """Send the open round's invitation again; what to tell of it, and how."""
    if service.resend_invitation(study, chosen, by=current_user.account, now=clock.now()) is None:
        return _(
            "An invitation is waiting to be sent already. It goes to the address on record now."
        ), "warning"
    return _("The invitation is sent again, with a fresh link."), "ok"


def to_expert(study: Study, chosen: Expert) -> Any:
    return redirect(url_for("researcher.expert", study_id=study.id, expert_id=chosen.id), 303)
