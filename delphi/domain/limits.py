"""The token bucket behind rate limits."""

from __future__ import annotations

from datetime import datetime


def refilled(tokens: float, since: datetime, now: datetime, capacity: float, per_minute: float) -> float:
    """How many tries a bucket holds now, never above its capacity; a clock that went back adds nothing."""
    minutes = max(0.0, (now - since).total_seconds() / 60)
    return min(capacity, tokens + minutes * per_minute)
