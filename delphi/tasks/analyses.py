"""Rounds that have closed are looked at more closely, while nobody waits for a page or holds the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from delphi import jobs
from delphi.db import session, writing
from delphi.services import analyses
from delphi.tasks import clock

T = TypeVar("T")

log = logging.getLogger(__name__)


@jobs.answers("analyses")
def analyse() -> None:
    """A reading and a short writing transaction a round; none while numbers are computed."""
    for round_id in _read(analyses.waiting):
        try:
            _analyse(round_id)
        except Exception:  # one round must not keep the others waiting
            session.rollback()
            log.exception("round %s could not be analysed", round_id)


def _analyse(round_id: int) -> None:
    reading = _read(lambda: analyses.read(round_id))
    found = analyses.compute(reading)
    analyses.keep(reading, found, now=clock.now())
    session.commit()


def _read(reader: Callable[[], T]) -> T:
    """Without the lock that writers hold on SQLite."""
    token = writing.set(False)
    try:
        return reader()
    finally:
        session.rollback()
        writing.reset(token)
