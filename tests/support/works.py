"""Long work done in the test's own process; `tests/tasks/test_works.py` has it done by a real worker."""

from __future__ import annotations

from delphi import jobs
from delphi.db import bells_asked_for, session
from delphi.services import makers, works
from delphi.tasks import clock, making


def do_all() -> None:
    """Whatever waits, and what the worker would ask for by itself."""
    session.commit()
    bells_asked_for()
    jobs.bells()["analyses"]()
    session.commit()
    while (work := works.claim({kind.key for kind in makers.KINDS}, clock.now())) is not None:
        session.commit()
        making.make(work)
