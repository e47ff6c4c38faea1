"""Reminders that were planned for a stated time."""

from __future__ import annotations

from delphi import jobs
from delphi.db import session
from delphi.services import planned_reminders
from delphi.tasks import clock


@jobs.answers("reminders")
def remind() -> None:
    """One transaction each: claimed and queued together, or not at all."""
    now = clock.now()
    while planned_reminders.send_next(now):
        session.commit()
