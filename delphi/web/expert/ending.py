"""When a visit has ended nothing typed is lost: it is shown, and can be saved once the link is open again."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request, session as cookie
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError, generate_csrf

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.services.links import Visit
from delphi.web import errors, language, quick_exit
from delphi.web.expert import blueprint
from delphi.web.expert.fields import card_fields, written
from delphi.web.guards import expert_page
from delphi.words import message

ENDED = "link.session_ended"
LEAVING = ("expert.leave", "expert.leave_quickly")  # whoever's page it was, nobody's visit stays


@blueprint.errorhandler(DomainError)
def _refused(error: DomainError) -> Any:
    if error.code == ENDED:
        return _ended()
    return errors.refused(error)


@blueprint.errorhandler(CSRFError)
def _form_expired(_error: CSRFError) -> Any:
    """The token lives in the same cookie as the visit, so both are gone together."""
    return _ended()


def _ended() -> Any:
    session.rollback()
    language.choose(request.form.get("language"))
    if request.endpoint in LEAVING:
        end_visit((request.view_args or {})["study_id"])
    out = quick_exit.way_out() if request.endpoint == "expert.leave_quickly" else None
    if out is not None:
        return quick_exit.led_out(out.quick_exit), 401
    if request.is_json or request.accept_mimetypes.best == "application/json":
        # The page keeps its texts and tries again with this token after the link was opened in another tab.
        return jsonify(error=ENDED, message=message(ENDED), csrf=generate_csrf()), 401
    fields = card_fields(request.form)
    return render_template("expert/ended.html", fields=fields, texts=written(fields or request.form)), 401


@blueprint.post("/x/<int:study_id>/leave")
@expert_page
def leave(visit: Visit) -> Any:
    """End this visit on this device; the study is on no later page."""
    language.choose(str(get_locale()))  # the expert's own, which is not known any more
    end_visit(visit.study.id)
    return render_template("expert/left.html"), quick_exit.CLEARED


def end_visit(study_id: int) -> None:
    visits = cookie.get("visits", {})
    cookie["visits"] = {key: link for key, link in visits.items() if key != str(study_id)}
