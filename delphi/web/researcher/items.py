"""The item bank and an item's own page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Permission
from delphi.domain.states import ItemState
from delphi.domain.wordings import LIMITS, ItemText, changes, written
from delphi.models import Domain, Item, Panel, Study
from delphi.services import bank, domains, items as service, panels
from delphi.web import clock
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
        "researcher/items/bank.html", bank=bank.read(study, wanted), wanted=wanted, states=ItemState
    )


@blueprint.get("/studies/<int:study_id>/items/new")
@study_page(EDIT)
def new_item(study: Study) -> str:
    """The address may carry texts to start from, such as what an expert suggested."""
    return _new_page(study)


@blueprint.post("/studies/<int:study_id>/items/new")
@study_page(EDIT)
def add_item(study: Study) -> Any:
    code, texts = request.form.get("code", ""), _texts(study)
    try:
        added = service.add(
            study, code, _domain(study), texts, _panels(study), current_user.account, clock.now()
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
    chosen = service.get(study, item_id)
    before = (chosen.wordings[-1].number, service.texts_of(chosen.wordings[-1]))
    reason = request.form.get("reason", "")
    try:
        wording = service.reword(chosen, _texts(study), reason, current_user.account, clock.now())
    except DomainError as error:
        return _item_page(study, chosen, error), status_of(error)
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
    chosen = service.get(study, item_id)
    try:
        if "with_panels" in request.form:
            service.set_panels(chosen, _panels(study), current_user.account, clock.now())
        service.move(chosen, study, _domain(study), current_user.account, clock.now())
    except DomainError as error:
        return _item_page(study, chosen, error), status_of(error)
    flash(_("The place and the panels of %(code)s are saved.", code=chosen.code), "ok")
    return _to_item(study, chosen)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/move")
@study_page(EDIT)
def move_item(study: Study, item_id: int) -> Any:
    chosen = service.get(study, item_id)
    service.shift(chosen, study, -1 if request.form.get("to") == "up" else 1)
    return _to_item(study, chosen)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/drop")
@study_page(EDIT)
def drop_item(study: Study, item_id: int) -> Any:
    chosen = service.get(study, item_id)
    service.drop(chosen, current_user.account, clock.now())
    flash(_("%(code)s is set aside. It can be taken back.", code=chosen.code), "ok")
    return _to_item(study, chosen)


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/restore")
@study_page(EDIT)
def restore_item(study: Study, item_id: int) -> Any:
    chosen = service.get(study, item_id)
    service.restore(chosen, current_user.account, clock.now())
    flash(_("%(code)s is a candidate again.", code=chosen.code), "ok")
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
    )


def _texts(study: Study) -> dict[str, ItemText]:
    given = request.form if request.method == "POST" else request.args
    return {
        language: written(*(given.get(f"{field}_{language}", "") for field in LIMITS))
        for language in study.languages
    }


def _domain(study: Study) -> Domain | None:
    domain_id = request.form.get("domain", type=whole)
    return domains.get(study, domain_id) if domain_id else None


def _panels(study: Study) -> list[Panel]:
    """Those ticked; none, or every one, means every panel."""
    known = panels.list_of(study)
    ticked = set(request.form.getlist("panels", type=whole))
    if ticked - {panel.id for panel in known}:
        raise NotFound("panel.not_found")
    return [panel for panel in known if panel.id in ticked] if len(ticked) < len(known) else []


def _new_page(study: Study, error: DomainError | None = None) -> str:
    return render_template(
        "researcher/items/new.html",
        branches=domains.tree(study),
        domain_id=request.form.get("domain", request.args.get("domain", type=whole), type=whole),
        panels=panels.list_of(study),
        ticked=set(request.form.getlist("panels", type=whole)),
        texts=_texts(study),
        error=error and explained(error),
        wrong=_wrong_fields(study, error),
    )


def _item_page(study: Study, chosen: Item, error: DomainError | None = None) -> str:
    latest = service.texts_of(chosen.wordings[-1])
    typed = error is not None and f"title_{study.languages[0]}" in request.form
    return render_template(
        "researcher/items/item.html",
        item=chosen,
        item_titles={language: text.title for language, text in latest.items()},
        versions=_versions(chosen),
        authors=service.authors(chosen),
        rounds=service.rounds_of(chosen),
        shown=service.was_shown(chosen),
        editable=study.state != "concluded" and chosen.state in (ItemState.CANDIDATE, ItemState.IN_PLAY),
        branches=domains.tree(study),
        panels=panels.list_of(study),
        ticked={row.panel_id for row in chosen.panels},
        texts=_texts(study) if typed else latest,
        reason=request.form.get("reason", ""),
        error=error and explained(error),
        wrong=_wrong_fields(study, error),
    )


def _versions(chosen: Item) -> list[dict[str, Any]]:
    """Every wording, the latest first, with what it changed in the one before."""
    texts = [service.texts_of(wording) for wording in chosen.wordings]
    before = [None, *texts[:-1]]
    versions = [
        {"wording": wording, "texts": now, "changes": changes(old, now) if old is not None else {}}
        for wording, old, now in zip(chosen.wordings, before, texts, strict=True)
    ]
    return versions[::-1]


def _wrong_fields(study: Study, error: DomainError | None) -> set[str]:
    """The names of the inputs that a refusal is about."""
    if error is None:
        return set()
    noun = error.code.partition(".")[2]
    if noun.startswith("code"):
        return {"code"}
    if noun.startswith("reason"):
        return {"reason"}
    field = next((field for field in LIMITS if field in noun), "")
    return {f"{field}_{error.params.get('language') or study.languages[0]}"} if field else set()
