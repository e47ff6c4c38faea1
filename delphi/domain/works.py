"""Long work: the states it goes through."""

from __future__ import annotations

from enum import StrEnum


class WorkState(StrEnum):
    WAITING = "waiting"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
