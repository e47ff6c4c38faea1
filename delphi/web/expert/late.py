"""Answers that came too late to be saved: shown in words, with a way to tell the research team."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from delphi.domain.changes import Answer, CommentGiven, RatingGiven
from delphi.domain.errors import DomainError
from delphi.services import answering, cards, notes
from delphi.services.answering import Sheet
from delphi.services.cards import Card
from delphi.services.links import Visit
from delphi.web import clock, item_texts, limited
from delphi.web.expert import blueprint, received
from delphi.web.expert.fields import identifier
from delphi.web.guards import expert_page
from delphi.web.numbers import whole
from delphi.web.owner import check_owner
from delphi.words import explained, lead_in, translated


@dataclass(frozen=True)
class Late:
    """An answer beside what is saved, each as lines of text."""

    title: str
    question: str
    sent: str
    kept: str
    is_comment: bool


@blueprint.post("/x/<int:study_id>/late")
@expert_page
def late(visit: Visit) -> Any:
    """What waits on a device for a round that has closed."""
    check_owner(visit, request.form.get("owner"))
    try:
        sent = json.loads(request.form.get("changes", ""))
    except ValueError:
        raise DomainError("rating.not_understood") from None
    given = [change.answer for change in received.changes(sent)]
    sheet = answering.sheet_of(visit, identifier(request.form.get("round", "")))
    return page(visit, sheet, given, DomainError("round.not_open"), {})


@blueprint.post("/x/<int:study_id>/notes")
@expert_page
def send_note(visit: Visit) -> Any:
    limited.charge("note", str(visit.expert.id))
    round_id = identifier(request.form.get("round", ""))
    notes.send(visit, round_id, request.form.get("text", ""), clock.now())
    return redirect(url_for("expert.note_sent", study_id=visit.study.id, round=round_id), 303)


@blueprint.get("/x/<int:study_id>/notes")
@expert_page
def note_sent(visit: Visit) -> Any:
    """Lets the device forget what came too late, only once the team does have a note on that round."""
    round_id = request.args.get("round", 0, type=whole)
    if not notes.were_sent(visit, round_id):
        return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)
    return render_template("expert/note_sent.html", visit=visit, round_id=round_id)


def page(
    visit: Visit, sheet: Sheet, given: Sequence[Answer], error: DomainError, fields: Mapping[str, str]
) -> str:
    """`fields` are those of the page of cards, to be sent again where that can help."""
    items = {answer.item_id for answer in given}
    entries = [entry for section in sheet.sections for entry in section.entries]
    asked = [entry for entry in entries if entry.task.item_id in items]
    shown = {card.item_id: card for card in cards.of(visit, sheet.round.id, asked)}
    answers = [_late(visit, sheet, shown.get(answer.item_id), answer) for answer in given]
    return render_template(
        "expert/not_saved.html",
        visit=visit,
        sheet=sheet,
        answers=answers,
        text=_text(sheet, answers)[: notes.LONGEST],
        fields=fields,
        message=explained(error),
        may_try_again=error.code == "consent.missing",
    )


def _late(visit: Visit, sheet: Sheet, card: Card | None, answer: Answer) -> Late:
    title = item_texts.text_of(card.wording, visit.study.languages[0]).title if card else _("Another item")
    if isinstance(answer, CommentGiven):
        kept = card.written.text if card and card.written else ""
        return Late(title, _("Your comment"), answer.text.strip(), kept or _("no comment"), is_comment=True)
    saved = card.ratings.get(answer.criterion) if card else None
    before = RatingGiven(0, "", saved.point, saved.unable) if saved else RatingGiven(0, "")
    return Late(title, _question(sheet, answer.criterion), _in_words(answer), _in_words(before), False)


def _question(sheet: Sheet, criterion: str) -> str:
    """Only where an item has several is it said which one."""
    if len(sheet.protocol.rules.criteria) < 2 or criterion not in sheet.protocol.rules.criteria:
        return ""
    return translated(sheet.protocol.texts(criterion).question)


def _in_words(rating: RatingGiven) -> str:
    chosen = _("unable to rate") if rating.unable else str(rating.point or _("no answer"))
    said = rating.unable_reason if rating.unable else rating.moved_because
    return _("%(answer)s (%(reason)s)", answer=chosen, reason=said.strip()) if said.strip() else chosen


def _text(sheet: Sheet, answers: Sequence[Late]) -> str:
    """The note as it is proposed; its writer may change it."""
    opening = _("These answers of mine came too late for round %(number)s:", number=sheet.round.number)
    lines = [
        " ".join(part for part in (lead_in(" – ".join(filter(None, (one.title, one.question)))), one.sent))
        for one in answers
    ]
    return "\n\n".join([opening, *lines])
