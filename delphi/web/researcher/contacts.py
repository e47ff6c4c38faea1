"""The contact list: who experts are and whether mail reaches them. Only for those who may see contacts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Permission
from delphi.models import Panel, Study
from delphi.models.message import MessageState
from delphi.services import expert_list, experts as service, outbox, panels, returned
from delphi.web import clock
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint

CONTACTS = Permission.SEE_CONTACTS
SHOWN_STATES = (MessageState.SENT, MessageState.QUEUED, MessageState.FAILED)


@blueprint.get("/studies/<int:study_id>/contacts")
@study_page(CONTACTS)
def contacts(study: Study) -> str:
    everyone = expert_list.reached(study)
    asked = {name: request.args.get(name, "")[:200] for name in ("search", "delivery")}
    return render_template(
        "researcher/contacts/list.html",
        contacts=expert_list.found(everyone, **asked),
        total=len(everyone),
        failed=sum(one.message is not None and one.message.state == MessageState.FAILED for one in everyone),
        asked=asked,
        states=SHOWN_STATES,
        panels=panels.list_of(study),
        round=service.open_round(study, clock.now()),
    )


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/send-link")
@study_page(CONTACTS)
def send_link(study: Study, expert_id: int) -> Any:
    chosen = service.get(study, expert_id)
    if service.send_link(study, chosen, by=current_user.account, now=clock.now()):
        flash(_("A new personal link is on its way to %(code)s.", code=chosen.code), "ok")
    else:
        flash(_("A link was sent to %(code)s a moment ago.", code=chosen.code), "warning")
    return _back(study)


@blueprint.post("/studies/<int:study_id>/messages/<int:message_id>/came-back")
@study_page(CONTACTS)
def came_back(study: Study, message_id: int) -> Any:
    """For whoever reads the mailbox that the study writes from, where its server sends no reports here."""
    message = outbox.find(study, message_id)
    if returned.note(message, by=current_user.account, now=clock.now()):
        flash(_("Noted: the message came back. Correct the address, then send again."), "ok")
    else:
        flash(_("This message does not count as delivered any more."), "warning")
    if message.expert_id is None:
        return _back(study)
    return redirect(url_for("researcher.expert", study_id=study.id, expert_id=message.expert_id), 303)


@blueprint.post("/studies/<int:study_id>/contacts/move")
@study_page(CONTACTS)
def move_experts(study: Study) -> Any:
    chosen = request.form.getlist("expert", type=whole)
    if not chosen:
        raise DomainError("expert.nobody_chosen")
    old, new = _panel(study, "from_panel"), _panel(study, "to_panel")
    count = service.move_all(study, chosen, old, new, by=current_user.account, now=clock.now())
    told = ngettext(
        "%(num)s expert is in another panel from the next round on.",
        "%(num)s experts are in another panel from the next round on.",
        count,
    )
    flash(told, "ok" if count else "warning")
    return _back(study)


def _panel(study: Study, name: str) -> Panel:
    wanted = request.form.get(name, 0, type=whole)
    for panel in panels.list_of(study):
        if panel.id == wanted:
            return panel
    raise NotFound("panel.not_found")


def _back(study: Study) -> Any:
    return redirect(url_for("researcher.contacts", study_id=study.id), 303)
