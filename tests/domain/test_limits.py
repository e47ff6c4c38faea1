"""The token bucket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from delphi.domain.limits import refilled

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_it_fills_with_time_and_never_above_its_capacity() -> None:
    assert refilled(0, START, START + timedelta(seconds=90), capacity=10, per_minute=2) == 3
    assert refilled(4, START, START + timedelta(hours=9), capacity=10, per_minute=2) == 10


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    assert refilled(4, START, START - timedelta(hours=1), capacity=10, per_minute=2) == 4
