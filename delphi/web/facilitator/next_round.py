"""Before another round: what experts will see of the last one, and what a further one would settle."""

from __future__ import annotations

from types import SimpleNamespace

from flask import render_template, request

from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.services import feedback_previews, outlooks, panels, presentations, protocols, rounds
from delphi.web.card_words import card_words
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page
from delphi.web.numbers import whole


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/feedback")
@study_page(Permission.READ_COMMENTS)
def feedback_preview(study: Study, number: int) -> str:
    """With the templates of the experts' own pages, so that nothing can look otherwise there."""
    scored = rounds.get(study, number)
    cards = feedback_previews.cards(study, scored)
    chosen, protocol = presentations.of(study), protocols.of_round(scored)
    pages = max(1, -(-len(cards) // chosen.page_size))
    page = min(max(1, request.args.get("page", 1, type=whole)), pages)
    return render_template(
        "facilitator/rounds/feedback.html",
        round=scored,
        sheet=SimpleNamespace(protocol=protocol, round=scored),
        cards=cards[(page - 1) * chosen.page_size : page * chosen.page_size],
        count=len(cards),
        page=page,
        pages=pages,
        presentation=chosen,
        panel_names={one.code: one.name for one in panels.list_of(study)},
        typed={},
        problems={},
        value_of=lambda rating: "",  # noqa: ARG005 - nobody's own answers
        **card_words(),
    )


@blueprint.get("/studies/<int:study_id>/rounds/<int:number>/outlook")
@study_page(Permission.VIEW_STUDY)
def outlook(study: Study, number: int) -> str:
    return render_template("facilitator/rounds/outlook.html", round=rounds.get(study, number), outlook=None)


@blueprint.post("/studies/<int:study_id>/rounds/<int:number>/outlook")
@study_page(Permission.RUN_ROUNDS)
def estimate(study: Study, number: int) -> str:
    """Takes seconds, and the same answers always give the same estimate."""
    scored = rounds.get(study, number)
    return render_template("facilitator/rounds/outlook.html", round=scored, outlook=outlooks.of_round(scored))
