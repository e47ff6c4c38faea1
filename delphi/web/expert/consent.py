"""What is asked and the consent text: agreed to before anything else is shown, or declined."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale

from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState
from delphi.services import answering, consents
from delphi.services.answering import Phase, Sheet
from delphi.services.links import Visit
from delphi.web import arriving, clock, language
from delphi.web.errors import status_of
from delphi.web.expert import blueprint
from delphi.web.guards import expert_page
from delphi.web.numbers import whole
from delphi.words import explained


def consented(view: Callable[..., Any]) -> Callable[..., Any]:
    """For pages that are shown only to an expert who has agreed to the present text."""

    @wraps(view)
    def guarded(visit: Visit, **kwargs: Any) -> Any:
        _text, agreed = consents.current_for(visit)
        if not agreed or visit.expert.state is not ExpertState.ACTIVE:
            return redirect(url_for("expert.consent", study_id=visit.study.id), 303)
        return view(visit, **kwargs)

    return guarded


@blueprint.get("/x/<int:study_id>/consent")
@expert_page
def consent(visit: Visit) -> str:
    text, agreed = consents.current_for(visit)
    settled = agreed and visit.expert.state is ExpertState.ACTIVE
    return render_template(
        "expert/consent.html", visit=visit, text=text, settled=settled, sheet=_open_sheet(visit)
    )


def _open_sheet(visit: Visit) -> Sheet | None:
    """What the open round asks of this expert, to tell how long it takes."""
    standing = answering.standing(visit, clock.now())
    return answering.sheet(visit, standing) if standing.phase is Phase.OPEN else None


@blueprint.post("/x/<int:study_id>/consent")
@expert_page
def agree(visit: Visit) -> Any:
    number = request.form.get("number", type=whole, default=0)
    consents.agree(visit, number, str(get_locale()), clock.now())
    return redirect(arriving.way_in(visit, clock.now()), 303)


@blueprint.post("/x/<int:study_id>/decline")
@expert_page
def decline(visit: Visit) -> Any:
    consents.decline(visit)
    return redirect(url_for("expert.declined", study_id=visit.study.id), 303)


@blueprint.get("/x/<int:study_id>/declined")
@expert_page
def declined(visit: Visit) -> Any:
    if visit.expert.state is not ExpertState.DECLINED:
        return redirect(url_for("expert.consent", study_id=visit.study.id), 303)
    return _declined_page(visit, visit.expert.decline_reason)


@blueprint.post("/x/<int:study_id>/declined")
@expert_page
def explain_declining(visit: Visit) -> Any:
    reason = request.form.get("reason", "")
    try:
        consents.explain_declining(visit, reason)
    except DomainError as error:
        return _declined_page(visit, reason, explained(error)), status_of(error)
    language.choose(request.form.get("language"))
    return redirect(url_for("expert.declined", study_id=visit.study.id), 303)


def _declined_page(visit: Visit, reason: str, problem: str = "") -> str:
    return render_template("expert/declined.html", visit=visit, reason=reason, problem=problem)
