from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from delphi.domain.errors import DomainError
from delphi.domain.schedule import (
    RatedIn,
    accepts_answers,
    check_reminder,
    check_times,
    days_before,
    due_move,
    local_to_utc,
    previous_rounds,
)
from delphi.domain.states import RoundState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def test_answers_are_taken_until_the_closing_instant_and_not_at_it() -> None:
    assert accepts_answers(RoundState.OPEN, NOON, NOON - INSTANT)
    assert not accepts_answers(RoundState.OPEN, NOON, NOON)


@pytest.mark.parametrize("state", [state for state in RoundState if state is not RoundState.OPEN])
def test_only_an_open_round_takes_answers(state: RoundState) -> None:
    assert not accepts_answers(state, NOON, NOON - timedelta(days=1))


def test_the_clock_opens_a_scheduled_round_at_its_time() -> None:
    assert due_move(RoundState.SCHEDULED, NOON, None, NOON - INSTANT) is None
    assert due_move(RoundState.SCHEDULED, NOON, None, NOON) == "open"


def test_the_clock_closes_an_open_round_at_its_time() -> None:
    assert due_move(RoundState.OPEN, None, NOON, NOON - INSTANT) is None
    assert due_move(RoundState.OPEN, None, NOON, NOON) == "close"


def test_the_clock_leaves_drafts_alone() -> None:
    assert due_move(RoundState.DRAFT, NOON, NOON, NOON + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("written", "utc_hour"),
    [("2026-01-15T17:00", 22), ("2026-07-15T17:00", 21), ("2026-11-01T01:30", 5), ("2026-03-08T02:30", 7)],
)
def test_a_local_time_follows_daylight_saving(written: str, utc_hour: int) -> None:
    assert local_to_utc(datetime.fromisoformat(written), "America/Toronto").hour == utc_hour


@pytest.mark.parametrize("written", ["0001-01-01T00:00", "0203-05-01T17:00", "9999-12-31T23:59"])
def test_a_year_that_is_half_typed_is_no_time(written: str) -> None:
    with pytest.raises(DomainError) as refused:
        local_to_utc(datetime.fromisoformat(written), "Asia/Tokyo")
    assert refused.value.code == "round.year_odd"


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "code"),
    [
        (None, None, "round.no_closing_time"),
        (None, NOON, "round.closes_in_past"),
        (NOON + timedelta(days=2), NOON + timedelta(days=1), "round.closes_before_opening"),
    ],
)
def test_impossible_times_are_refused(
    opens_at: datetime | None, closes_at: datetime | None, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        check_times(opens_at, closes_at, NOON)
    assert refused.value.code == code


def test_previous_is_the_last_closed_round_an_item_was_rated_in() -> None:
    rated = [
        RatedIn(3, 1, NOON + timedelta(days=3)),
        RatedIn(1, 1, NOON),
        RatedIn(2, 2, NOON + timedelta(days=1)),
    ]
    assert previous_rounds(rated) == {1: 3, 2: 2}


def test_days_before_closing_are_read_on_the_clock_of_the_zone():
    """The clocks in Toronto go forward on 8 March 2026."""
    closes_at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)  # 9 March, 23:00 there
    assert days_before(closes_at, "America/Toronto", 2, 9) == datetime(2026, 3, 7, 14, 0, tzinfo=UTC)
    assert days_before(closes_at, "America/Toronto", 0, 9, 30) == datetime(2026, 3, 9, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "code"), [(0, "in_past"), (1, "before_opening"), (48, "after_closing"), (24, None)]
)
def test_a_reminder_lies_between_opening_and_closing(hours, code):
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    times = (now + timedelta(hours=2), now + timedelta(hours=48))
    if code is None:
        check_reminder(now + timedelta(hours=hours), *times, now)
        return
    with pytest.raises(DomainError) as refused:
        check_reminder(now + timedelta(hours=hours), *times, now)
    assert refused.value.code == f"reminder.{code}"
