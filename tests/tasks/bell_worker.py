"""The worker as `delphi worker` runs it, with bells that a test can hear."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from delphi import jobs
from delphi.app import create_app
from delphi.db import session
from delphi.models import RateLimit
from delphi.tasks import worker

LOG = Path(sys.argv[1])


def _note(text: str) -> None:
    with LOG.open("a") as log:
        log.write(text + "\n")


@jobs.answers("write")
def write() -> None:
    session.merge(RateLimit(key="written by the worker", tokens=1, updated_at=datetime.now(UTC)))
    _note("write")


@jobs.answers("fail")
def fail() -> None:
    session.merge(RateLimit(key="half done", tokens=1, updated_at=datetime.now(UTC)))
    session.flush()
    _note("fail")
    raise RuntimeError("half-way")


worker.run(create_app())
