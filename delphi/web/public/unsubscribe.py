"""Stop reminders: a page with a button, and one click from a mail program (RFC 8058)."""

from __future__ import annotations

from typing import Any

from flask import g, render_template

from delphi.services import links, outbox
from delphi.web.guards import public
from delphi.web.public import blueprint
from delphi.web.security import csrf


@blueprint.get("/u/<token>")
@public("the token in the address says who it is; the page changes nothing")
def unsubscribe(token: str) -> Any:
    return _page(links.visit_by(token), token)


@blueprint.post("/u/<token>")
@csrf.exempt  # mail programs post here by themselves; the token, not a cookie, says who it is
@public("the token in the address says who it is; all it can do is stop reminders")
def stop_reminders(token: str) -> Any:
    visit = links.visit_by(token)
    if visit is not None:
        outbox.want_reminders(visit.expert, False)
    return _page(visit, token)


def _page(visit: links.Visit | None, token: str) -> Any:
    """Answered at once, not by a redirect, which one-click forbids."""
    if visit is not None:
        g.own_language = visit.expert.language
    status = 200 if visit else 404
    return render_template("public/unsubscribe.html", visit=visit, token=token), status
