"""The way out in one tap, for studies that switch it on: a harmless address in place of the study's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, g, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from delphi.db import session
from delphi.models import Presentation, Study
from delphi.services import presentations

# What a browser keeps of the study beside its history: scripts, styles, pages held for "Back".
CLEARED = {"Clear-Site-Data": '"cache"'}


def way_out() -> Presentation | None:
    """What the study that an expert is reading says of it; none on other pages and where it is switched off."""
    try:
        study = _study()
        chosen = presentations.of(study) if study else None
    except SQLAlchemyError:  # the page may be the one that tells of a broken database
        return None
    return chosen if chosen and chosen.quick_exit else None


def _study() -> Study | None:
    """The study of the visit or link; on the page after a visit, the one that the address names."""
    if "membership" in g:
        return None
    if "study" in g:
        return g.study  # type: ignore[no-any-return]
    named = (request.view_args or {}).get("study_id") if request.blueprint == "expert" else None
    return session.get(Study, named) if named is not None else None


def led_out(address: str) -> Response:
    """A page that goes on by itself. A redirect would not: browsers hold those to our own `form-action`."""
    page = render_template("expert/out.html", address=address, name=urlsplit(address).hostname)
    answer = make_response(page)
    answer.headers.update(CLEARED)
    return answer
