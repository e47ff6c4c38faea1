"""Merging items, splitting one, and the pairs of items that say nearly the same."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import Descent
from delphi.models import Item, Study
from delphi.services import domains, item_lives, item_undoing, items, near_duplicates as service, panels
from delphi.services.item_lives import MOST_PARTS, Draft
from delphi.web import clock, item_form
from delphi.web.errors import status_of
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.words import explained

EDIT = Permission.EDIT_ITEMS
NEW = "new"


@blueprint.get("/studies/<int:study_id>/items/near-duplicates")
@study_page(Permission.VIEW_STUDY)
def near_duplicates(study: Study) -> str:
    threshold = request.args.get("least", service.USUAL, type=float)
    threshold = threshold if threshold in service.THRESHOLDS else service.USUAL
    dismissed = "all" in request.args
    return render_template(
        "researcher/items/near_duplicates.html",
        found=service.pairs(study, threshold, dismissed=dismissed),
        threshold=threshold,
        thresholds=service.THRESHOLDS,
        dismissed=dismissed,
        domains=domains.by_id(study),
    )


@blueprint.post("/studies/<int:study_id>/items/near-duplicates")
@study_page(EDIT)
def not_the_same(study: Study) -> Any:
    first, second = request.form.get("first", ""), request.form.get("second", "")
    service.set_apart(study, (first, second), by=current_user.account, now=clock.now())
    flash(_("%(first)s and %(second)s are noted as different.", first=first, second=second), "ok")
    place = url_for("researcher.near_duplicates", study_id=study.id, least=request.form.get("least"))
    return redirect(place, 303)


@blueprint.get("/studies/<int:study_id>/items/merge")
@study_page(EDIT)
def merge_items(study: Study) -> str:
    """`item` names each of the items; `start` the one whose wording the form begins with."""
    return _merge_page(study)


@blueprint.post("/studies/<int:study_id>/items/merge")
@study_page(EDIT)
def merge_chosen(study: Study) -> Any:
    sent = request.form
    ids, texts = sent.getlist("item", type=whole), item_form.texts(study)
    try:
        into = _into(study, sent.get("into", ""), ids)
        chosen = into if isinstance(into, Draft) else (into, texts)
        made = item_lives.merge(
            study, ids, chosen, sent.get("reason", ""), by=current_user.account, now=clock.now()
        )
    except DomainError as error:
        if status_of(error) == 404:
            raise
        return _merge_page(study, error), status_of(error)
    _tell(study, _("The items are merged into %(code)s.", code=made.code), made)
    return redirect(url_for("researcher.item", study_id=study.id, item_id=made.id), 303)


@blueprint.get("/studies/<int:study_id>/items/<int:item_id>/split")
@study_page(EDIT)
def split_item(study: Study, item_id: int) -> str:
    return _split_page(study, items.get(study, item_id))


@blueprint.post("/studies/<int:study_id>/items/<int:item_id>/split")
@study_page(EDIT)
def split_chosen(study: Study, item_id: int) -> Any:
    chosen = items.get(study, item_id)
    if "more" in request.form or "fewer" in request.form:
        return _split_page(study, chosen)
    parts = [
        Draft(
            request.form.get(f"p{number}_code", ""),
            item_form.domain(study, f"p{number}_domain"),
            item_form.texts(study, f"p{number}_"),
        )
        for number in range(1, _parts() + 1)
    ]
    reason = request.form.get("reason", "")
    try:
        made = item_lives.split(study, item_id, parts, reason, by=current_user.account, now=clock.now())
    except DomainError as error:
        return _split_page(study, chosen, error), status_of(error)
    codes = ", ".join(part.code for part in made)
    _tell(study, _("%(code)s is split into %(codes)s.", code=chosen.code, codes=codes), chosen)
    return redirect(url_for("researcher.item", study_id=study.id, item_id=item_id), 303)


@blueprint.post("/studies/<int:study_id>/items/undo")
@study_page(EDIT)
def undo_items(study: Study) -> Any:
    """Take a merge or a split back; `event` is that of its history."""
    event_id = request.form.get("event", 0, type=whole)
    place = url_for("researcher.items", study_id=study.id)
    try:
        act = item_undoing.undo(study, event_id, by=current_user.account, now=clock.now())
    except DomainError as error:
        if status_of(error) == 404:
            raise
        flash(explained(error), "warning")
        return redirect(place, 303)
    if act is None:
        flash(_("This was undone already."), "ok")
        return redirect(place, 303)
    codes = ", ".join(one.code for one in act.sources)
    if act.kind is Descent.MERGED:
        flash(_("The merge is undone. Back in the bank: %(codes)s.", codes=codes), "ok")
    else:
        flash(_("The split is undone. Back in the bank: %(codes)s.", codes=codes), "ok")
    return redirect(url_for("researcher.item", study_id=study.id, item_id=act.sources[0].id), 303)


def _tell(study: Study, said: str, item: Item) -> None:
    """What was done, with a button that takes it back."""
    latest = item_undoing.of_item(study, item)[-1]
    undo = {"url": url_for("researcher.undo_items", study_id=study.id), "event": latest.event.id}
    flash({"said": said, "undo": undo}, "ok")  # type: ignore[arg-type]  # read in layouts/flashes.html


def _into(study: Study, sent: str, ids: list[int]) -> Draft | int:
    """What was ticked: one of the items, or a new one, rated by every panel that rates one of them."""
    if sent != NEW:
        return request.form.get("into", 0, type=whole)
    panel_ids = _union(items.several(study, ids))
    code = request.form.get("code", "")
    return Draft(code, item_form.domain(study), item_form.texts(study), panel_ids)


def _union(chosen: list[Item]) -> set[int]:
    """The panels that rate one of the items; none means every panel."""
    if any(not item.panels for item in chosen):
        return set()
    return {row.panel_id for item in chosen for row in item.panels}


def _merge_page(study: Study, error: DomainError | None = None) -> str:
    sent = request.form if request.method == "POST" else request.args
    chosen = items.several(study, sent.getlist("item", type=whole))
    texts = {item.id: items.texts_of(item.wordings[-1]) for item in chosen}
    start = request.args.get("start", type=whole)
    first = start if start in texts else next(iter(texts), None)
    return render_template(
        "researcher/items/merge.html",
        chosen=chosen,
        each=texts,
        start=first,
        texts=item_form.texts(study) if error else texts.get(first or 0, {}),
        into=sent.get("into", str(first or "")),
        asked=item_lives.being_asked(list(texts)),
        mergeable={item.id for item in chosen if item_lives.alive(item)},
        branches=domains.tree(study),
        domain_id=sent.get("domain", chosen[0].domain_id if chosen else None, type=whole),
        panels={panel.id: panel for panel in panels.list_of(study)},
        error=error and explained(error),
        wrong=item_form.wrong_fields(study, error),
    )


def _split_page(study: Study, chosen: Item, error: DomainError | None = None) -> str:
    sent = request.form
    count = min(max(_parts() + ("more" in sent) - ("fewer" in sent), 2), MOST_PARTS)
    latest = items.texts_of(chosen.wordings[-1])
    numbers = range(1, count + 1)
    typed = request.method == "POST"
    taken = {code.casefold() for code in items.codes(study)}
    return render_template(
        "researcher/items/split.html",
        item=chosen,
        latest=latest,
        most=MOST_PARTS,
        alive=item_lives.alive(chosen),
        asked=item_lives.being_asked([chosen.id]).get(chosen.id),
        parts=[
            {
                "code": sent.get(f"p{number}_code", _proposed(chosen.code, number, taken)),
                "domain_id": sent.get(f"p{number}_domain", type=whole) if typed else chosen.domain_id,
                "texts": item_form.texts(study, f"p{number}_")
                if f"p{number}_code" in sent
                else (latest if number == 1 else {}),
            }
            for number in numbers
        ],
        branches=domains.tree(study),
        error=error and explained(error),
        wrong=item_form.wrong_fields(study, error),
    )


def _parts() -> int:
    given = request.form.get("parts", 2, type=whole)
    return min(max(given, 2), MOST_PARTS)


def _proposed(code: str, number: int, taken: set[str]) -> str:
    """LAW1.03a, LAW1.03b ...; nothing where that is taken."""
    proposed = f"{code}{chr(ord('a') + number - 1)}"
    return "" if proposed.casefold() in taken else proposed
