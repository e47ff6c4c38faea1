"""Figures of a study: a gallery, a page each, and their downloads."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _

from delphi.domain.errors import NotFound
from delphi.domain.permissions import Permission
from delphi.exporters.tables import to_csv
from delphi.models import Study
from delphi.reports.figures import rendering
from delphi.reports.figures.figure import Figure
from delphi.services import figures as service, pictures
from delphi.services.figures import Choice, Source
from delphi.web import clock, downloads
from delphi.web.facilitator import blueprint
from delphi.web.guards import study_page
from delphi.web.numbers import whole

VIEW = Permission.VIEW_STUDY

# What of each figure can be chosen.
CHOICES = {
    "convergence": ("criterion", "group"),
    "agreement": ("round", "criterion"),
    "panels": ("round", "criterion", "page"),
    "distribution": ("item", "criterion"),
    "response": (),
    "experts": (),
    "flow": (),
}


@blueprint.get("/studies/<int:study_id>/figures")
@study_page(VIEW)
def figures(study: Study) -> str:
    return render_template("facilitator/figures/gallery.html", names=list(service.FIGURES), study=study)


@blueprint.get("/studies/<int:study_id>/figures/<figure>")
@study_page(VIEW)
def figure_page(study: Study, figure: str) -> str:
    source, made = _made(study, figure)
    return render_template(
        "facilitator/figures/figure.html",
        name=figure,
        figure=made,
        source=source,
        choices=CHOICES[figure],
        pages=service.pages(source) if figure == "panels" else 1,
        chosen=_chosen(),
    )


@blueprint.get("/studies/<int:study_id>/figures/<figure>/<kind>")
@study_page(VIEW)
def figure_file(study: Study, figure: str, kind: str) -> Response:
    """`plot` is the picture that stands in the page, `json` what draws it there; the others are to be kept."""
    _source, made = _made(study, figure)
    name = f"study-{study.id}-{figure}"
    if kind == "json":
        return jsonify(made.spec or {})
    if kind == "csv":
        return downloads.attachment(to_csv(made.columns, made.rows), f"{name}.csv")
    if kind == "plot":
        return Response(_plot(made), content_type=downloads.KINDS[".svg"])
    if kind in pictures.DRAW and made.spec is not None:
        return downloads.attachment(pictures.of(made.titled(), kind), f"{name}.{kind}")
    raise NotFound("figure.not_found")


def _plot(made: Figure) -> bytes:
    if made.spec is None:
        return rendering.blank(_("Nothing to draw yet")).encode()
    return pictures.of(made.spec, "svg")


def _made(study: Study, name: str) -> tuple[Source, Figure]:
    source = Source(study, _choice(), clock.now())
    return source, service.make(name, source)


def _choice() -> Choice:
    asked = request.args
    return Choice(
        round=asked.get("round", type=whole),
        criterion=asked.get("criterion", ""),
        group=asked.get("group", ""),
        item=asked.get("item", type=whole),
        page=max(1, asked.get("page", 1, type=whole)),
    )


def _chosen() -> dict[str, Any]:
    """What was chosen, for the addresses of the figure's files."""
    return {
        key: value
        for key, value in request.args.items()
        if key in ("round", "criterion", "group", "item", "page")
    }
