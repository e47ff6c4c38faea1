"""Coding comments: the list of themes, each coder's own pages, agreement, disagreements, and comments alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, ngettext
from flask_login import current_user

from delphi.db import session
from delphi.domain import codings as rules
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.models import Study, Theme
from delphi.services import codings, comment_reading as reading, comment_review, similar_comments, themes
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.facilitator.comments import filters_asked, narrowed_by, page_number
from delphi.web.guards import study_page
from delphi.web.numbers import whole
from delphi.words import explained

AT_ONCE = 20
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.8)


@blueprint.get("/studies/<int:study_id>/comments/themes")
@study_page(Permission.READ_COMMENTS)
def themes_page(study: Study) -> str:
    return _themes(study)


@blueprint.post("/studies/<int:study_id>/comments/themes")
@study_page(Permission.MAKE_DECISIONS)
def add_theme(study: Study) -> Any:
    try:
        themes.add(study, **_typed_theme(), by=current_user.account, now=clock.now())
    except DomainError as error:
        session.rollback()
        return _themes(study, error, 0), status_of(error)
    return _to_themes(study, _("The theme is added."))


@blueprint.post("/studies/<int:study_id>/comments/themes/<int:theme_id>")
@study_page(Permission.MAKE_DECISIONS)
def change_theme(study: Study, theme_id: int) -> Any:
    try:
        by, seen = current_user.account, _theme_seen()
        themes.change(study, theme_id, **_typed_theme(), by=by, now=clock.now(), seen=seen)
    except DomainError as error:
        if status_of(error) == 404:
            raise
        session.rollback()
        return _themes(study, error, theme_id), status_of(error)
    return _to_themes(study, _("The theme is saved."))


@blueprint.post("/studies/<int:study_id>/comments/themes/<int:theme_id>/state")
@study_page(Permission.MAKE_DECISIONS)
def retire_theme(study: Study, theme_id: int) -> Any:
    retired = request.form.get("retired") != "no"
    themes.retire(study, theme_id, retired, by=current_user.account, now=clock.now())
    return _to_themes(
        study, _("The theme is retired; codings with it stay.") if retired else _("The theme is back.")
    )


@blueprint.post("/studies/<int:study_id>/comments/themes/<int:theme_id>/place")
@study_page(Permission.MAKE_DECISIONS)
def move_theme(study: Study, theme_id: int) -> Any:
    themes.shift(study, theme_id, -1 if request.form.get("step") == "up" else 1)
    return redirect(url_for("facilitator.themes_page", study_id=study.id, _anchor=f"theme-{theme_id}"), 303)


def _typed_theme() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name", "meaning")}


def _theme_seen() -> tuple[str, str] | None:
    """The name and meaning that the form's reader had in view."""
    form = request.form
    return (form["was_name"], form.get("was_meaning", "")) if "was_name" in form else None


def _to_themes(study: Study, text: str) -> Any:
    flash(text, "ok")
    return redirect(url_for("facilitator.themes_page", study_id=study.id), 303)


def _themes(study: Study, error: DomainError | None = None, about: int | None = None) -> str:
    used: dict[int, int] = defaultdict(int)
    for one in codings.book(study).codings:
        for theme_id in one.themes:
            used[theme_id] += 1
    return render_template(
        "facilitator/comments/themes.html",
        themes=themes.of_study(study),
        used=used,
        error=explained(error) if error else "",
        about=about,
        typed=request.form if error else {},
        most={"name": themes.LONGEST_NAME, "meaning": themes.LONGEST_MEANING},
    )


@blueprint.get("/studies/<int:study_id>/comments/coding")
@study_page(Permission.READ_COMMENTS)
def coding(study: Study) -> str:
    return _coding_page(study)


@blueprint.post("/studies/<int:study_id>/comments/coding")
@study_page(Permission.MAKE_DECISIONS)
def save_coding(study: Study) -> Any:
    try:
        saved = _save(study)
    except DomainError as error:
        if status_of(error) == 404 or error.code in ("comment.list_changed", "round.wrong_state"):
            raise
        session.rollback()
        return _coding_page(study, error), status_of(error)
    flash(ngettext("%(num)s comment coded.", "%(num)s comments coded.", saved), "ok")
    return redirect(url_for("facilitator.coding", study_id=study.id, **narrowed_by()), 303)


def _save(study: Study) -> int:
    """Every comment with a theme or "none applies"; others were not read yet."""
    given: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for number, place in _places("seen"):
        chosen = request.form.getlist(f"theme-{number}-{place}", type=whole)
        none = request.form.get(f"none-{number}-{place}")
        if chosen and none:
            raise DomainError("coding.none_and_themes")
        if chosen or none:
            given[number][place] = chosen
    facts = {"by": current_user.account, "now": clock.now()}
    return sum(
        codings.code(study, number, places, _total(number), **facts) for number, places in given.items()
    )


def _places(name: str) -> list[tuple[int, int]]:
    """Comments named in the form as round-place."""
    found = []
    for text in request.form.getlist(name):
        number, _dash, place = text.partition("-")
        try:
            found.append((whole(number), whole(place)))
        except ValueError:
            continue
    return found


def _total(number: int) -> int:
    return request.form.get(f"total-{number}", type=whole, default=0)


def _coding_page(study: Study, error: DomainError | None = None) -> str:
    held, noted, reader = reading.shelf(study, closed=True), codings.book(study), current_user.account.id
    own, others = noted.own(reader), noted.fixed(reader)
    show = request.args.get("show", "todo")
    narrowed = replace(
        held,
        comments=[
            one for one in held.comments if _wanted(show, one.comment_id in own, one.comment_id in others)
        ],
    )
    return render_template(
        "facilitator/comments/coding.html",
        page=reading.page(narrowed, filters_asked(held), own, page_number(), AT_ONCE),
        themes=themes.offered(study),
        own=own,
        others=others,
        done=sum(1 for one in held.comments if one.comment_id in own),
        all=len(held.comments),
        totals=held.totals(),
        chosen=narrowed_by(),
        show=show,
        error=explained(error) if error else "",
        typed=request.form if error else None,
    )


def _wanted(show: str, own: bool, others: bool) -> bool:
    """To code, to code as the second, or own codes that may still change."""
    if show == "mine":
        return own and not others
    return show == "all" or (not own and (others or show != "second"))


@blueprint.get("/studies/<int:study_id>/comments/agreement")
@study_page(Permission.READ_COMMENTS)
def agreement(study: Study) -> str:
    noted, listed = codings.book(study), themes.offered(study)
    picked = [one for one in request.args.getlist("coder", type=whole) if one in noted.coders]
    coders = picked if len(picked) > 1 else sorted(noted.coders)
    enough = len(coders) > 1
    return render_template(
        "facilitator/comments/agreement.html",
        report=rules.report(noted.codings, _offered(listed), coders) if enough else None,
        names={one.id: one.name for one in listed},
        coders=coders,
        compared=", ".join(noted.coders[one] for one in coders),
        all_coders=noted.coders,
    )


def _offered(listed: list[Theme]) -> list[rules.Offered]:
    return [rules.Offered(one.id, one.created_at) for one in listed]


@blueprint.get("/studies/<int:study_id>/comments/disagreements")
@study_page(Permission.READ_COMMENTS)
def disagreements(study: Study) -> str:
    held, noted, listed = reading.shelf(study, closed=True), codings.book(study), themes.offered(study)
    seen = rules.visible(noted.codings, current_user.account.id, everything=True)
    differing = rules.disagreements(seen, {one.id for one in listed})
    settled = request.args.get("show") == "settled"
    found = [
        one
        for one in held.comments
        if one.comment_id in differing and (one.comment_id in noted.settled) == settled
    ]
    return render_template(
        "facilitator/comments/disagreements.html",
        page=reading.paged(held, found, page_number(), AT_ONCE),
        themes=listed,
        differing=differing,
        common={
            key: frozenset.intersection(*(one.themes for one in made)) for key, made in differing.items()
        },
        noted=noted,
        totals=held.totals(),
        settled=settled,
        standing=codings.standing,
    )


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/comments/<int:place>/settlement")
@study_page(Permission.MAKE_DECISIONS)
def settle(study: Study, number: int, place: int) -> Any:
    chosen = request.form.getlist("theme", type=whole)
    facts = {"by": current_user.account, "now": clock.now(), "seen": request.form.get("settled")}
    codings.settle(study, number, place, chosen, _total(number), **facts)
    flash(_("Settled. Each coder’s own codes stay, for the agreement to rest on."), "ok")
    return redirect(url_for("facilitator.disagreements", study_id=study.id), 303)


@blueprint.get("/studies/<int:study_id>/comments/alike")
@study_page(Permission.READ_COMMENTS)
def alike(study: Study) -> str:
    held = reading.shelf(study, closed=True)
    asked = request.args.get("from", type=float, default=0.4)
    threshold = asked if asked in THRESHOLDS else 0.4
    found = reading.fitting(held, filters_asked(held))
    return render_template(
        "facilitator/comments/alike.html",
        held=held,
        groups=similar_comments.groups(found, threshold)[:AT_ONCE],
        compared=min(len(found), similar_comments.MOST),
        found=len(found),
        threshold=threshold,
        thresholds=THRESHOLDS,
        themes=themes.offered(study),
        choosable={one.number for one in held.rounds if one.state == "closed"},
        totals=held.totals(),
        chosen=narrowed_by(),
    )


@blueprint.post("/studies/<int:study_id>/comments/alike")
@study_page(Permission.MAKE_DECISIONS)
def handle_alike(study: Study) -> Any:
    """Code the ticked comments of a group together, or choose them together for the feedback."""
    places: dict[int, list[int]] = defaultdict(list)
    for number, place in _places("comment"):
        places[number].append(place)
    if request.form.get("act") == "choose":
        _choose_together(study, places)
    else:
        _code_together(study, places)
    return redirect(url_for("facilitator.alike", study_id=study.id, **narrowed_by()), 303)


def _choose_together(study: Study, places: Mapping[int, list[int]]) -> None:
    for number, listed in places.items():
        comment_review.add_to_feedback(
            study, number, listed, _total(number), by=current_user.account, now=clock.now()
        )
    count = sum(map(len, places.values()))
    flash(
        ngettext("%(num)s comment goes into the feedback.", "%(num)s comments go into the feedback.", count),
        "ok",
    )


def _code_together(study: Study, places: Mapping[int, list[int]]) -> None:
    chosen = request.form.getlist("theme", type=whole)
    if not chosen:
        flash(_("Nothing was coded: tick a theme first."), "warning")
        return
    facts = {"by": current_user.account, "now": clock.now()}
    saved = sum(
        codings.code(study, number, dict.fromkeys(listed, chosen), _total(number), more=True, **facts)
        for number, listed in places.items()
    )
    flash(
        ngettext(
            "%(num)s comment coded. What somebody else had coded too stays as it was.",
            "%(num)s comments coded. What somebody else had coded too stays as it was.",
            saved,
        ),
        "ok",
    )
