"""Rounds that have closed are looked at more closely: long work that the worker asks for by itself."""

from __future__ import annotations

from delphi import jobs
from delphi.db import session
from delphi.models import Study
from delphi.services import analyses, works
from delphi.tasks import clock


@jobs.answers("analyses")
def ask() -> None:
    """Once for each time verdicts were given: what failed or was cancelled is for the team to ask for again."""
    for scored in analyses.waiting():
        options = {"round": str(scored.number)}
        before = works.latest(scored.study_id, analyses.KIND, options)
        judged = analyses.judged_at(scored)
        if before is None or (judged and before.asked_at < judged):
            works.ask(
                session.get_one(Study, scored.study_id), analyses.KIND, options, by=None, now=clock.now()
            )
