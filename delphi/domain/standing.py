"""How far somebody is in a round, and how such steps add up day by day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

A_DAY = timedelta(days=1)


class Stage(StrEnum):
    """In this order; each counts in those before it too, but for the first."""

    UNOPENED = "unopened"
    OPENED = "opened"
    BEGUN = "begun"
    HALF_DONE = "half_done"
    COMPLETED = "completed"


def stage(*, opened: bool, answered: int, expected: int, submitted: bool) -> Stage:
    """Completed is handed in, or nothing left to answer."""
    if submitted or answered >= expected:
        return Stage.COMPLETED
    if 2 * answered >= expected:
        return Stage.HALF_DONE
    if answered:
        return Stage.BEGUN
    return Stage.OPENED if opened else Stage.UNOPENED


def days_between(opened_at: datetime, until: datetime) -> int:
    """Days of 24 hours that have begun; at least one."""
    return max(1, -((opened_at - until) // A_DAY))


def by_day(moments: Iterable[datetime | None], opened_at: datetime, days: int) -> list[int]:
    """How many of these had happened by the end of each day since the opening."""
    ordered = sorted(moment for moment in moments if moment is not None)
    return [bisect_right(ordered, opened_at + number * A_DAY) for number in range(1, days + 1)]
