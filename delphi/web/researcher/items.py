"""The item bank and an item's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import ASKABLE, ItemState
from delphi.domain.wordings import changes
from delphi.models import Item, Study
from delphi.services import (
    bank,
    domains,
    item_fields,
    item_lives,
    item_places,
    item_undoing,
    items as service,
    panels,
    studies,
)
from delphi.services.item_lives import Outcome
from delphi.services.item_undoing import Made
from delphi.web import clock, item_form, stale
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.words import explained

EDIT = Permission.EDIT_ITEMS


@blueprint.get("/studies/<int:study_id>/items")
@study_page(Permission.VIEW_STUDY)
def items(study: Study) -> str:
    wanted = _filter(study)
    return render_template(
        "researcher/items/bank.html",
        bank=bank.read(study, wanted),
        wanted=wanted,
        states=ItemState,
        columns=set(request.args.getlist("column")),
    )


@blueprint.get("/studies/<int:study_id>/items/new")
@study_page(EDIT)
def new_item(study: Study) -> str:
    """The address may carry texts to start from, such as what an expert suggested."""
    return _new_page(study)


@blueprint.post("/studies/<int:study_id>/items/new")
@study_page(EDIT)
def add_item(study: Study) -> Any:
    code, texts = request.form.get("code", ""), item_form.texts(study)
    try:
        added = service.add(
            study,
            code,
            item_form.domain(study),
            texts,
            item_form.chosen_panels(study),
            current_user.account,
            clock.now(),
        )
    except DomainError as error:
        return _new_page(study, error), status_of(error)
    flash(_("Item %(code)s is added.", code=added.code), "ok")
    return _to_item(study, added)


@blueprint.get("/studies/<int:study_id>/items/<int:item_id>")
@study_page(Permission.VIEW_STUDY)
def item(study: Study, item_id: int) -> str:
    return _item_page(study, service.get(study, item_id))


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>")
@study_page(EDIT)
def reword_item(study: Study, item_id: int) -> Any:
    studies.lock(study)
    chosen = service.get(study, item_id)
    before = (chosen.wordings[-1].number, service.texts_of(chosen.wordings[-1]))
    reason = request.form.get("reason", "")
    try:
        stale.check(item_form.inputs(study, before[1]))
        wording = service.reword(chosen, item_form.texts(study), reason, current_user.account, clock.now())
    except DomainError as error:
        return _item_page(study, chosen, error, "wording"), status_of(error)
    if before == (wording.number, service.texts_of(wording)):
        flash(_("Nothing has changed in the wording."), "ok")
    elif wording.number == before[0]:
        flash(_("The wording is corrected."), "ok")
    else:
        flash(
            _("%(code)s has a new wording, number %(number)s.", code=chosen.code, number=wording.number), "ok"
        )
    return _to_item(study, chosen)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/place")
@study_page(EDIT)
def place_item(study: Study, item_id: int) -> Any:
    """The panels first: they may be refused, and then nothing has moved."""
    chosen, who = service.get(study, item_id), {"by": current_user.account, "now": clock.now()}
    domain, reason = item_form.domain(study), request.form.get("reason", "")
    try:
        if "with_panels" in request.form:
            _unless_same(item_places.set_panels(study, [item_id], item_form.chosen_panels(study), **who))
        _unless_same(item_places.move(study, [item_id], domain, reason, **who))
    except DomainError as error:
        session.rollback()
        return _item_page(study, chosen, error, "place"), status_of(error)
    flash(_("The place and the panels of %(code)s are saved.", code=chosen.code), "ok")
    return _to_item(study, chosen)


def _unless_same(outcome: Outcome) -> None:
    """What stays as it is was not refused."""
    for _item, error in outcome.left:
        if error.code not in ("item.panels_same", "item.already_there"):
            raise error


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/move")
@study_page(EDIT)
def move_item(study: Study, item_id: int) -> Any:
    """Within its domain: a step, to a place, or after another item as the bank's script asks."""
    chosen = service.get(study, item_id)
    sent = request.form
    if "after" in sent:
        item_places.put_after(study, chosen, sent.get("after", type=whole))
        return {"saved": True}
    number = sent.get("number", type=whole)
    if "to" in sent:
        item_places.shift(study, chosen, -1 if sent["to"] == "up" else 1)
    elif number is None:
        flash(_("Nothing was moved: write the place as a number, such as 3."), "warning")
    else:
        item_places.place(study, chosen, number)
    return _to_item(study, chosen)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/drop")
@study_page(EDIT)
def drop_item(study: Study, item_id: int) -> Any:
    return _live(study, item_id, item_lives.drop, _("%(code)s is set aside. It can be taken back."))


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/restore")
@study_page(EDIT)
def restore_item(study: Study, item_id: int) -> Any:
    return _live(study, item_id, item_lives.restore, _("%(code)s is back and can be asked again."))


def _live(study: Study, item_id: int, act: Callable[..., Outcome], said: str) -> Any:
    reason = request.form.get("reason", "")
    try:
        chosen = act(study, [item_id], reason, by=current_user.account, now=clock.now()).or_refuse()
    except DomainError as error:
        if status_of(error) == 404:
            raise
        return _item_page(study, service.get(study, item_id), error, "life"), status_of(error)
    flash(said % {"code": chosen.code}, "ok")
    return _to_item(study, chosen)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/delete")
@study_page(EDIT)
def delete_item(study: Study, item_id: int) -> Any:
    chosen = service.get(study, item_id)
    code = chosen.code
    service.delete(chosen, current_user.account, clock.now())
    flash(_("%(code)s is deleted.", code=code), "ok")
    return redirect(url_for("researcher.items", study_id=study.id), 303)


def _to_item(study: Study, chosen: Item) -> Any:
    return redirect(url_for("researcher.item", study_id=study.id, item_id=chosen.id), 303)


def _filter(study: Study) -> bank.Filter:
    """What the address asks for; anything that makes no sense is left out."""
    sent = request.args
    state, language = sent.get("state", ""), sent.get("untranslated", "")
    return bank.Filter(
        query=sent.get("q", "").strip(),
        domain_id=sent.get("domain", type=whole),
        panel_id=sent.get("panel", type=whole),
        state=ItemState(state) if state in set(ItemState) else None,
        untranslated=language if language in study.languages else "",
        fields={
            name.removeprefix("field-"): value.strip()
            for name, value in sent.items()
            if name.startswith("field-") and value.strip()
        },
    )


def _new_page(study: Study, error: DomainError | None = None) -> str:
    return render_template(
        "researcher/items/new.html",
        branches=domains.tree(study),
        domain_id=request.form.get("domain", request.args.get("domain", type=whole), type=whole),
        panels=panels.list_of(study),
        ticked=set(request.form.getlist("panels", type=whole)),
        texts=item_form.texts(study),
        error=error and explained(error),
        wrong=item_form.wrong_fields(study, error),
    )


def _item_page(study: Study, chosen: Item, error: DomainError | None = None, failed: str = "") -> str:
    """`failed`: the form that was refused, "wording", "place" or "life"; what was typed stands in it."""
    latest, in_rounds = service.texts_of(chosen.wordings[-1]), service.rounds_of(chosen)
    return render_template(
        "researcher/items/item.html",
        item=chosen,
        item_titles={language: text.title for language, text in latest.items()},
        versions=_versions(chosen),
        authors=service.authors(chosen),
        rounds=in_rounds,
        shown=any(one.opened_at for one, _wording in in_rounds),
        editable=study.state != "concluded" and chosen.state in ASKABLE,
        branches=domains.tree(study),
        panels=panels.list_of(study),
        ticked={row.panel_id for row in chosen.panels},
        seen=stale.mark(item_form.inputs(study, latest)),
        texts=item_form.texts(study) if failed == "wording" else latest,
        failed=failed,
        reason=request.form.get("reason", "") if failed == "wording" else "",
        place=item_places.place_of(study, chosen),
        asked=next((one.number for one, _wording in in_rounds if one.state in item_lives.BEING_ASKED), None),
        own_fields=item_fields.of(study),
        acts=_acts(study, chosen),
        error=error and explained(error),
        wrong=item_form.wrong_fields(study, error),
    )


def _acts(study: Study, chosen: Item) -> list[Made]:
    """What the item became, and what it came from while that can be taken back; its genealogy tells the rest."""
    return [
        made
        for made in item_undoing.of_item(study, chosen)
        if made.refusal is None or chosen not in made.act.results
    ]


def _versions(chosen: Item) -> list[dict[str, Any]]:
    """Every wording, the latest first, with what it changed in the one before."""
    texts = [service.texts_of(wording) for wording in chosen.wordings]
    before = [None, *texts[:-1]]
    versions = [
        {"wording": wording, "texts": now, "changes": changes(old, now) if old is not None else {}}
        for wording, old, now in zip(chosen.wordings, before, texts, strict=True)
    ]
    return versions[::-1]
