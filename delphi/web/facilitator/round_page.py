"""The page of a round: the plan, or how it goes; shown again with what was typed when something is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Permission
from delphi.domain.states import SCORED, RoundState
from delphi.models import Panel, Round, Study
from delphi.services import (
    analyses,
    decisions,
    expert_flow,
    invitees,
    late,
    outbox,
    panels,
    planned_reminders,
    progress,
    protocols,
    readiness,
    reminders,
    rounds,
    standing,
)
from delphi.services.standing import Standing
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import analysis
from delphi.web.guards import may
from delphi.words import explained

RUN = Permission.RUN_ROUNDS


def page(study: Study, number: int, error: DomainError | None = None, wrong: str = "") -> str:
    """`wrong` names the field that was refused; what was typed is read from the request then."""
    so_far = [one for one in rounds.of_study(study) if one.number <= number]
    if not so_far or so_far[-1].number != number:
        raise NotFound("round.not_found")
    shown, known = so_far[-1], panels.list_of(study)
    opened = shown.opened_at is not None
    return render_template(
        "facilitator/rounds/round.html",
        round=shown,
        panels={panel.id: panel for panel in known},
        now=clock.now(),
        planned=planned_reminders.of_round(shown),
        typed=request.form if error else {},
        wrong=wrong,
        error=explained(error) if error else "",
        **(_going(study, so_far, known) if opened else _planned(study, shown)),
    )


def shown_again(study: Study, number: int, error: DomainError, wrong: str) -> Any:
    """The page as it is now, with the refusal beside its field. What is not about the field goes its own way."""
    if isinstance(error, NotFound) or error.code.endswith(".wrong_state"):
        raise error
    session.rollback()
    return page(study, number, error, wrong), status_of(error)


def _going(study: Study, so_far: Sequence[Round], known: Sequence[Panel]) -> dict[str, Any]:
    """Of the last of these rounds, beside the one that was opened before it."""
    shown = so_far[-1]
    before = [one for one in so_far[:-1] if one.opened_at]
    now, stands, deliveries = clock.now(), progress.by_expert(shown), outbox.of_round(shown)
    everyone = standing.of_round(shown, stands, deliveries)
    takes = shown.state is RoundState.OPEN
    remind = takes and may(RUN)
    computing = shown.state in SCORED and shown in analyses.waiting(study)
    return {
        "totals": standing.counted(everyone),
        **_by_panel(shown, everyone, known),
        "responses": standing.over_time([shown, *before[-1:]], now),
        "deliveries": Counter(one.state for one in deliveries if one.latest),
        "reminding": reminders.due(study, shown, now, stands) if remind else None,
        "late": late.of_round(shown, now) if takes and may(RUN) else [],
        "analysis": analysis.of_round(study, shown) if computing else None,
        "computing": computing,
        "undecided": len(decisions.undecided(shown)) if shown.state is RoundState.CLOSED else 0,
    }


def _by_panel(shown: Round, everyone: Sequence[Standing], known: Sequence[Panel]) -> dict[str, Any]:
    """Whoever may not see pseudonyms is told of no panel that is too small; the others have them one by one."""
    asked = {
        panel: members for panel in known if (members := [one for one in everyone if panel.id in one.panels])
    }
    told = asked
    if not may(Permission.VIEW_EXPERTS):
        codes, minimum = (
            {panel.id: panel.code for panel in asked},
            protocols.of_round(shown).minimum_group_size,
        )
        groups = expert_flow.told_groups(everyone, codes, minimum)
        told = {panel: members for panel, members in asked.items() if panel.code in groups}
    return {
        "by_panel": [(panel, standing.counted(members)) for panel, members in told.items()],
        "hides_panels": len(told) < len(asked),
    }


def _planned(study: Study, shown: Round) -> dict[str, Any]:
    asked = [row.panel_id for row in shown.panels]
    return {
        "checks": [one for one in readiness.checks(study) if not one.ok],
        "asking": invitees.count(study, asked, shown),
        "effort": invitees.effort(study, invitees.limits(shown), asked),
        "feedback_of": rounds.last_closed(study),
    }
