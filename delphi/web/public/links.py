"""Coming in by a personal link, and asking for a lost one. Opening a link shows; only Continue acts."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, session as cookie, url_for

from delphi.services import arrivals, links
from delphi.services.links import Visit
from delphi.web import arriving, clock, limited
from delphi.web.guards import public
from delphi.web.public import blueprint

LONGEST_ADDRESS = 254


@blueprint.get("/i/<token>")
@public("the link itself is the key; shows a title and a button")
def link(token: str) -> Any:
    visit = _visit(token)
    if visit is None:
        return render_template("public/links/unknown.html"), 404
    return render_template("public/links/link.html", visit=visit)


@blueprint.post("/i/<token>")
@public("the link itself is the key")
def enter(token: str) -> Any:
    """Open a session limited to this expert; a staff session in the same browser stays."""
    visit = _visit(token)
    if visit is None:
        return render_template("public/links/unknown.html"), 404
    cookie["visits"] = {**cookie.get("visits", {}), str(visit.study.id): visit.ticket}
    arrivals.record(visit, clock.now())
    return redirect(arriving.way_in(visit, clock.now()), 303)


@blueprint.get("/lost-link")
@public("for experts who have no link to come in by")
def lost_link() -> str:
    return render_template("public/links/lost.html", sent="sent" in request.args, email="", problem=None)


@blueprint.post("/lost-link")
@public("for experts who have no link to come in by; counted, and the answer is always the same")
def send_link() -> Any:
    email = request.form.get("email", "").strip()
    if "@" not in email or len(email) > LONGEST_ADDRESS:
        return render_template("public/links/lost.html", sent=False, email=email, problem=True), 400
    limited.charge("lost_link", email)
    links.send_again(email, now=clock.now())
    return redirect(url_for("public.lost_link", sent=1), 303)


def _visit(token: str) -> Visit | None:
    visit = links.visit_by(token)
    if visit is not None:
        g.own_language, g.study = visit.expert.language, visit.study
    return visit
