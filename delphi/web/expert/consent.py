"""The consent text: agreed to before anything else is shown, or declined."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale

from delphi.domain.states import ExpertState
from delphi.services import consents
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.expert import blueprint
from delphi.web.guards import expert_page
from delphi.web.numbers import whole


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
    return render_template("expert/consent.html", visit=visit, text=text, agreed=agreed)


@blueprint.post("/x/<int:study_id>/consent")
@expert_page
def agree(visit: Visit) -> Any:
    number = request.form.get("number", type=whole, default=0)
    consents.agree(visit, number, str(get_locale()), clock.now())
    return redirect(url_for("expert.tasks", study_id=visit.study.id), 303)


@blueprint.get("/x/<int:study_id>/decline")
@expert_page
def confirm_decline(visit: Visit) -> str:
    return render_template("expert/decline.html", visit=visit)


@blueprint.post("/x/<int:study_id>/decline")
@expert_page
def decline(visit: Visit) -> Any:
    consents.decline(visit)
    return redirect(url_for("expert.consent", study_id=visit.study.id), 303)
