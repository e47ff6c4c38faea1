"""Leaving for good: the choice, the question whether it is meant, and what was done."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from delphi.domain.errors import DomainError
from delphi.domain.withdrawals import Withdrawal
from delphi.services import withdrawals
from delphi.services.links import Visit
from delphi.web import clock
from delphi.web.expert import blueprint
from delphi.web.expert.ending import end_visit
from delphi.web.guards import expert_page


@blueprint.get("/x/<int:study_id>/withdraw")
@expert_page
def withdraw(visit: Visit) -> str:
    return render_template("expert/withdrawal/choose.html", visit=visit, choices=Withdrawal)


@blueprint.get("/x/<int:study_id>/withdraw/confirm")
@expert_page
def confirm_withdrawal(visit: Visit) -> Any:
    choice = _choice(request.args.get("choice"))
    if choice is None:
        return render_template(
            "expert/withdrawal/choose.html", visit=visit, choices=Withdrawal, problem=True
        ), 400
    return render_template("expert/withdrawal/confirm.html", visit=visit, choice=choice)


@blueprint.post("/x/<int:study_id>/withdraw")
@expert_page
def leave_for_good(visit: Visit) -> Any:
    """Answered at once: after it there is no visit that a further page could be shown in."""
    choice = _choice(request.form.get("choice"))
    if choice is None:
        raise DomainError("withdrawal.choice_missing")
    study = visit.study
    mailed = withdrawals.withdraw(study, visit.expert, choice, by=None, now=clock.now())
    end_visit(study.id)
    return render_template("expert/withdrawal/gone.html", choice=choice, mailed=mailed)


def _choice(sent: str | None) -> Withdrawal | None:
    return Withdrawal(sent) if sent in set(Withdrawal) else None
