"""What the bank does with the items that are ticked: each action says how many, which were left and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import domains, item_lives, item_places, items, panels
from delphi.services.item_lives import Outcome
from delphi.web import clock, item_form
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.words import explained

EDIT = Permission.EDIT_ITEMS
Act = Callable[[Study, list[int], str, dict[str, Any]], Outcome]


def _move(study: Study, ids: list[int], reason: str, who: dict[str, Any]) -> Outcome:
    return item_places.move(study, ids, item_form.domain(study), reason, **who)


def _panels(study: Study, ids: list[int], _reason: str, who: dict[str, Any]) -> Outcome:
    return item_places.set_panels(study, ids, item_form.chosen_panels(study), **who)


ACTS: dict[str, Act] = {
    "move": _move,
    "drop": lambda study, ids, reason, who: item_lives.drop(study, ids, reason, **who),
    "restore": lambda study, ids, reason, who: item_lives.restore(study, ids, reason, **who),
    "panels": _panels,
}


@blueprint.post("/studies/<int:study_id>/items/ticked")
@study_page(EDIT)
def ticked_items(study: Study) -> Any:
    """From the bank: on to the page where the chosen action is filled in; nothing changes yet."""
    ids, act = request.form.getlist("item", type=whole), request.form.get("act", "")
    if not ids:
        flash(_("Nothing was done: tick the items first."), "warning")
        return redirect(url_for("researcher.items", study_id=study.id), 303)
    if act == "merge":
        return redirect(url_for("researcher.merge_items", study_id=study.id, item=ids), 303)
    return redirect(url_for("researcher.act_on_items", study_id=study.id, item=ids, act=act), 303)


@blueprint.get("/studies/<int:study_id>/items/act")
@study_page(EDIT)
def act_on_items(study: Study) -> str:
    return _page(study)


@blueprint.post("/studies/<int:study_id>/items/act")
@study_page(EDIT)
def act_now(study: Study) -> Any:
    ids, act = request.form.getlist("item", type=whole), request.form.get("act", "")
    try:
        if act not in ACTS or not ids:
            raise DomainError("item.no_action")
        who = {"by": current_user.account, "now": clock.now()}
        outcome = ACTS[act](study, ids, request.form.get("reason", ""), who)
    except DomainError as error:
        if status_of(error) == 404:
            raise
        return _page(study, error), status_of(error)
    _tell(act, outcome)
    return redirect(url_for("researcher.items", study_id=study.id), 303)


def _tell(act: str, outcome: Outcome) -> None:
    if outcome.done:
        flash(_said(act, len(outcome.done)), "ok")
    reasons: dict[str, list[str]] = {}
    for item, error in outcome.left:
        reasons.setdefault(explained(error), []).append(item.code)
    for why, codes in reasons.items():
        left = _("Left as they are: %(codes)s.", codes=", ".join(codes))
        flash(f"{left} {why}", "warning")


def _said(act: str, count: int) -> str:
    return {
        "move": ngettext("%(num)s item is moved.", "%(num)s items are moved.", count),
        "drop": ngettext(
            "%(num)s item is set aside. It can be taken back.",
            "%(num)s items are set aside. They can be taken back.",
            count,
        ),
        "restore": ngettext(
            "%(num)s item is back and can be asked again.",
            "%(num)s items are back and can be asked again.",
            count,
        ),
        "panels": ngettext(
            "The panels of %(num)s item are changed.", "The panels of %(num)s items are changed.", count
        ),
    }[act]


def _page(study: Study, error: DomainError | None = None) -> str:
    sent = request.form if request.method == "POST" else request.args
    act = sent.get("act", "")
    chosen = items.several(study, sent.getlist("item", type=whole))
    ids = [item.id for item in chosen]
    return render_template(
        "researcher/items/act.html",
        act=act if act in ACTS else "",
        chosen=chosen,
        seen=items.shown(ids),
        branches=domains.tree(study),
        domain_id=sent.get("domain", type=whole),
        panels=panels.list_of(study),
        ticked=set(sent.getlist("panels", type=whole)),
        error=error and explained(error),
        wrong=item_form.wrong_fields(study, error),
    )
