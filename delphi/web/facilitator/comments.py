"""Reading comments, redacting and answering one, and choosing those that experts will see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.db import session
from delphi.domain.comments import LONGEST_ANSWER, LONGEST_REASON, LONGEST_REDACTION, Mark
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.states import SCORED
from delphi.models import Study
from delphi.services import (
    codings,
    comment_answers,
    comment_choice,
    comment_reading as reading,
    comment_review,
    redactions,
    rounds,
    themes,
)
from delphi.services.comment_reading import Filters
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.words import explained

NARROWING: Final = (*(one.name for one in fields(Filters)), "codes", "show", "from", "page")


@blueprint.get("/studies/<int:study_id>/comments")
@study_page(Permission.READ_COMMENTS)
def read_comments(study: Study) -> str:
    held = reading.shelf(study)
    noted, reader = codings.book(study), current_user.account.id
    everything = request.args.get("codes") == "all"
    codes = noted.seen_by(reader, everything)
    page = reading.page(held, filters_asked(held), codes, page_number())
    listed = themes.of_study(study)
    return render_template(
        "facilitator/comments/read.html",
        page=page,
        closed={one.number for one in held.rounds if one.state in SCORED},
        states=list(reading.STATES),
        themes=listed,
        names={one.id: one.name for one in listed},
        codes=codes,
        blind=bool(noted.codings) and not everything,
        codes_itself=bool(noted.own(reader)),
        chosen=narrowed_by(),
    )


@blueprint.get("/studies/<int:study_id>/comments/answers")
@study_page(Permission.READ_COMMENTS)
def comment_answers_page(study: Study) -> str:
    """Comment, what was done, new wording."""
    held = reading.shelf(study, closed=True)
    found = [one for one in held.comments if one.comment_id in held.answers]
    return render_template(
        "facilitator/comments/answers.html", page=reading.paged(held, found, page_number())
    )


def filters_asked(held: reading.Shelf) -> Filters:
    code = request.args.get("item", "").strip().casefold()
    item = next((one.id for one in held.items.values() if one.code.casefold() == code), 0) if code else None
    return Filters(
        item=item,
        round=request.args.get("round", type=whole),
        domain=request.args.get("domain", type=whole),
        theme=request.args.get("theme", type=whole),
        panel=request.args.get("panel", ""),
        kind=request.args.get("kind", ""),
        band=request.args.get("band", ""),
        state=request.args.get("state", ""),
        search=request.args.get("search", ""),
    )


def narrowed_by() -> dict[str, Any]:
    """What the address asks for, to lead back to the page as it is; whatever else stands in it is left out."""
    return {name: value for name in NARROWING if (value := request.args.get(name))}


def page_number() -> int:
    return request.args.get("page", type=whole, default=1)


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/comments")
@study_page(Permission.READ_COMMENTS)
def comments(study: Study, number: int) -> str:
    return _choose_page(study, number)


def _choose_page(study: Study, number: int, typed: Mapping[int, Mark] = {}, error: str = "") -> str:
    shown = rounds.get(study, number)
    item_id = request.args.get("item", type=whole)
    missing = request.args.get("show") == "missing"
    return render_template(
        "facilitator/comments/choose.html",
        round=shown,
        choice=comment_choice.of_round(shown, item_id, missing, page_number()),
        item_id=item_id,
        missing=missing,
        typed=typed,
        error=error,
    )


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/comments")
@study_page(Permission.MAKE_DECISIONS)
def choose_comments(study: Study, number: int) -> Any:
    shown = rounds.get(study, number)
    seen, chosen, hidden = (request.form.getlist(name, type=whole) for name in ("seen", "chosen", "hidden"))
    given = {one: request.form.get(f"place-{one}", type=whole) for one in seen}
    places = {one: place for one, place in given.items() if place is not None}
    stood = {one: request.form[f"stood-{one}"] for one in seen if f"stood-{one}" in request.form}
    facts = {"total": _total(), "by": current_user.account, "now": clock.now(), "stood": stood}
    try:
        comment_review.choose(study, shown.id, seen, chosen, hidden, places, **facts)
    except DomainError as error:
        if error.code != "comment.chosen_meanwhile":
            raise
        session.rollback()
        marks = {one: Mark(one in chosen, one in hidden, places.get(one)) for one in seen}
        typed = {one: mark for one, mark in marks.items() if str(mark) != stood.get(one)}
        return _choose_page(study, number, typed, explained(error)), status_of(error)
    flash(
        _(
            "Saved. %(count)s comments of this page go into the feedback.",
            count=len(set(chosen) - set(hidden)),
        ),
        "ok",
    )
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("item", "show", "page")}
    return redirect(url_for("facilitator.comments", study_id=study.id, number=number, **kept), 303)


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/comments/<int:place>")
@study_page(Permission.READ_COMMENTS)
def comment(study: Study, number: int, place: int) -> str:
    return _comment_page(study, number, place)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/comments/<int:place>/redaction")
@study_page(Permission.MAKE_DECISIONS)
def redact_comment(study: Study, number: int, place: int) -> Any:
    try:
        asked, found = comment_review.at(study, number, place, _total())
        made = redactions.redact(
            study,
            asked,
            found,
            request.form.get("text", ""),
            request.form.get("reason", ""),
            by=current_user.account,
            now=clock.now(),
            seen=_seen("redaction"),
        )
    except DomainError as error:
        return _refused(study, number, place, error)
    if made.released_at:
        flash(_("Saved. From now on this text is read instead."), "ok")
    else:
        flash(_("Saved. The comment reaches nobody until somebody else has released it."), "ok")
    return _back(study, number, place)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/comments/<int:place>/release")
@study_page(Permission.MAKE_DECISIONS)
def release_redaction(study: Study, number: int, place: int) -> Any:
    try:
        asked, found = comment_review.at(study, number, place, _total())
        by, seen = current_user.account, _seen("redaction")
        redactions.release(study, asked, found, by=by, now=clock.now(), seen=seen)
    except DomainError as error:
        return _refused(study, number, place, error)
    flash(_("Released. From now on the redacted text is read instead."), "ok")
    return _back(study, number, place)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/comments/<int:place>/answer")
@study_page(Permission.MAKE_DECISIONS)
def answer_comment(study: Study, number: int, place: int) -> Any:
    try:
        asked, found = comment_review.at(study, number, place, _total())
        comment_answers.answer(
            study,
            asked,
            found,
            {language: request.form.get(f"answer_{language}", "") for language in study.languages},
            request.form.get("wording", type=whole),
            by=current_user.account,
            now=clock.now(),
            seen=_seen("answer"),
        )
    except DomainError as error:
        return _refused(study, number, place, error)
    flash(_("The answer is saved. Its author finds it on their page once the round is decided."), "ok")
    return _back(study, number, place)


def _total() -> int:
    return request.form.get("total", type=whole, default=0)


def _seen(name: str) -> int | None:
    """The redaction or answer that the form's reader had in view."""
    return request.form.get(name, type=whole)


def _back(study: Study, number: int, place: int) -> Any:
    target = url_for("facilitator.comment", study_id=study.id, number=number, place=place)
    return redirect(target, 303)


def _refused(study: Study, number: int, place: int, error: DomainError) -> Any:
    """The page again, with what was typed; a place that is another's by now has no page to go back to."""
    if status_of(error) == 404 or error.code in ("comment.list_changed", "round.wrong_state"):
        raise error
    session.rollback()
    return _comment_page(study, number, place, error, request.form), status_of(error)


def _comment_page(
    study: Study, number: int, place: int, error: DomainError | None = None, typed: Mapping[str, str] = {}
) -> str:
    asked, read, total = comment_review.one(study, number, place)
    found = comment_review.original(read)
    held = reading.one(study, asked, read)
    return render_template(
        "facilitator/comments/comment.html",
        round=asked,
        page=held,
        one=held.comments[0],
        original=found.text,
        history=redactions.of(found),
        written_at=found.updated_at,
        wordings=comment_answers.wordings_after(found),
        total=total,
        error=explained(error) if error else "",
        about=error.code.partition(".")[0] if error else "",
        code_of_error=error.code if error else "",
        typed=typed,
        most={"text": LONGEST_REDACTION, "reason": LONGEST_REASON, "answer": LONGEST_ANSWER},
    )
