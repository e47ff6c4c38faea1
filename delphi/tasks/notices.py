"""What the clock has to say to experts and to the team, and what it must forget."""

from __future__ import annotations

from delphi import jobs
from delphi.services import farewells, news, reminders, uploads
from delphi.tasks import clock


@jobs.answers("notices")
def give_notice() -> None:
    """Rounds that close soon are announced; neither addresses of those who left nor uploads are kept for long."""
    now = clock.now()
    reminders.announce_deadlines(now)
    news.watch(now)
    news.queue(now)
    farewells.forget(now)
    uploads.sweep(now)
