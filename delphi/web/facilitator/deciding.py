"""The page where one item is decided: its evidence, the decision, the rewording, and the way to the next item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.board import neighbours
from delphi.domain.decisions import OUTCOMES
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.wordings import ItemText, Piece, changes, written
from delphi.models import Panel, Study
from delphi.scoring.rules import Verdict
from delphi.services import (
    board as service,
    comment_panels,
    comment_review,
    decisions,
    items,
    panels,
    protocols,
    rounds,
    undoing,
)
from delphi.services.board import Step
from delphi.services.comment_review import ReadComment
from delphi.services.decisions import Seen
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.facilitator.board import asked_view, moment_seen, to_board
from delphi.web.guards import may, study_page
from delphi.web.numbers import whole
from delphi.words import explained

DECIDE = Permission.MAKE_DECISIONS
PLACE = "/studies/<int:study_id>/board/<int:item_id>"


@dataclass(frozen=True)
class Typed:
    """What a refused form held, to be shown again, and why it was refused."""

    outcome: str = ""
    reason: str = ""
    error: str = ""
    texts: dict[str, ItemText] = field(default_factory=dict)
    why: str = ""
    reword_error: str = ""
    changed: dict[str, dict[str, list[Piece]]] = field(default_factory=dict)


@blueprint.get(PLACE)
@study_page(Permission.VIEW_STUDY)
def board_item(study: Study, item_id: int) -> str:
    return _item_page(study, item_id, Typed())


@blueprint.get(PLACE + "/next")
@study_page(Permission.VIEW_STUDY)
def board_next(study: Study, item_id: int) -> Any:
    """The item after this one on the board as the reader sees it, or before it; past the end, the board."""
    asked = asked_view()
    shown = service.of_round(study, asked.round)
    ids = [row.key for row in asked.of(shown.rows, also=item_id)] if shown else []
    if item_id not in ids:
        items.get(study, item_id)  # it may be another study's
    before, after = neighbours(ids, item_id)
    beside = before if request.args.get("to") == "previous" else after
    if beside is None:
        flash(_("That was the last of these items."), "ok")
        return redirect(url_for("facilitator.board", study_id=study.id, **asked.address()), 303)
    return redirect(_address("board_item", study, beside), 303)


@blueprint.post(PLACE)
@study_page(DECIDE)
def decide(study: Study, item_id: int) -> Any:
    number = request.form.get("round", 0, type=whole)
    outcome, reason = request.form.get("outcome", ""), request.form.get("reason", "")
    try:
        chosen = Verdict(outcome)
    except ValueError:
        return _item_page(study, item_id, Typed(outcome, reason, "decision.no_outcome")), 400
    closed = rounds.get(study, number)
    seen = Seen(request.form.get("decision", 0, type=whole), moment_seen())
    try:
        decisions.decide(
            study, closed.id, item_id, chosen, reason, by=current_user.account, now=clock.now(), seen=seen
        )
    except DomainError as error:
        if not error.code.startswith("decision."):
            raise
        return _item_page(study, item_id, Typed(outcome, reason, error.code)), status_of(error)
    flash(_("Decided."), "ok")
    if "next" in request.form:
        return redirect(_address("board_next", study, item_id), 303)
    return to_board(study, number, anchor=f"item-{item_id}")


@blueprint.post(PLACE + "/undo")
@study_page(DECIDE)
def undo(study: Study, item_id: int) -> Any:
    """Take the decision back that the page showed."""
    closed = rounds.get(study, request.form.get("round", 0, type=whole))
    seen = request.form.get("decision", 0, type=whole)
    try:
        undone = undoing.undo(study, closed.id, item_id, seen, by=current_user.account, now=clock.now())
    except DomainError as error:
        if not error.code.startswith("decision."):
            raise
        return _item_page(study, item_id, Typed(error=error.code)), status_of(error)
    if undone:
        flash(_("The decision is undone; the item waits again."), "ok")
    else:
        flash(_("There is no decision to undo any more."), "warning")
    return redirect(_address("board_item", study, item_id), 303)


@blueprint.post(PLACE + "/reword")
@study_page(Permission.EDIT_ITEMS)
def reword_here(study: Study, item_id: int) -> Any:
    """Another wording for the next round; `preview` only shows what would change."""
    chosen = items.get(study, item_id)
    current = chosen.wordings[-1]
    texts = {code: _written(code) for code in study.languages}
    why = request.form.get("why", "")
    typed = Typed(texts=texts, why=why, changed=changes(items.texts_of(current), texts))
    if "preview" in request.form:
        return _item_page(study, item_id, typed)
    try:
        if current.number != request.form.get("wording", 0, type=whole):
            raise DomainError("decision.reworded_meanwhile", number=current.number)
        wording = items.reword(chosen, texts, why, current_user.account, clock.now())
    except DomainError as error:
        refused = Typed(texts=texts, why=why, changed=typed.changed, reword_error=explained(error))
        return _item_page(study, item_id, refused), status_of(error)
    if wording.number == current.number:
        flash(_("Nothing has changed in the wording."), "ok")
    else:
        flash(_("The item has a new wording, number %(number)s.", number=wording.number), "ok")
    return redirect(_address("board_item", study, item_id), 303)


def _written(code: str) -> ItemText:
    parts = (request.form.get(f"{part}-{code}", "") for part in ("title", "description", "examples"))
    return written(*parts)


def _address(view: str, study: Study, item_id: int) -> str:
    return url_for(f"facilitator.{view}", study_id=study.id, item_id=item_id, **asked_view().address())


def _item_page(study: Study, item_id: int, typed: Typed) -> str:
    item, steps = service.item_history(study, item_id)
    latest = steps[-1] if steps else None
    wording, known = item.wordings[-1], panels.list_of(study)
    return render_template(
        "facilitator/board/item.html",
        item=item,
        steps=steps,
        latest=latest,
        view=asked_view(),
        wording=wording,
        texts=typed.texts or items.texts_of(wording),
        protocols=service.protocols_of(steps),
        averages=service.averages_told(steps),
        panels=known,
        comments=_comments(item_id, steps, known) if may(Permission.READ_COMMENTS) else {},
        outcomes=OUTCOMES,
        typed=typed,
    )


def _comments(item_id: int, steps: Sequence[Step], known: Sequence[Panel]) -> dict[int, list[ReadComment]]:
    """By round number; those of a round that is still open may change, and stand on the page of comments."""
    asked = [step.round for step in steps if step.stored]
    found: dict[int, list[ReadComment]] = defaultdict(list)
    for one in comment_panels.filled_in(
        asked, comment_review.of_rounds(asked, protocols.of_rounds(asked), item_id), known
    ):
        found[one.round].append(one)
    return found
