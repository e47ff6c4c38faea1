"""Rounds that open or close by the clock."""

from __future__ import annotations

import logging

from delphi import jobs
from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.services import rounds
from delphi.tasks import clock

log = logging.getLogger(__name__)


@jobs.answers("rounds")
def obey_clock() -> None:
    """One transaction a round, so that one that cannot open does not hold up the others."""
    now = clock.now()
    for round_id, name in rounds.due(now):
        try:
            rounds.obey_clock(round_id, now=now)
            session.commit()
        except DomainError as error:
            session.rollback()
            log.warning("round %s could not %s: %s", round_id, name, error.code)
            rounds.put_back(round_id, code=error.code, now=now)
            session.commit()
        except Exception:  # a fault of ours: the next look tries again
            session.rollback()
            log.exception("round %s could not %s", round_id, name)
