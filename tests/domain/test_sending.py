"""Quiet hours, the week's ration, and when the end of a round is announced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from delphi.domain.sending import QuietHours, notice_due, room_at

NIGHT = QuietHours(21, 7, "America/Toronto")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def there(*moment: int, zone: str = "America/Toronto", fold: int = 0) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone), fold=fold)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        (there(2026, 5, 4, 20, 59), there(2026, 5, 4, 20, 59)),
        (there(2026, 5, 4, 21, 0), there(2026, 5, 5, 7, 0)),
        (there(2026, 5, 5, 0, 30), there(2026, 5, 5, 7, 0)),
        (there(2026, 5, 5, 6, 59), there(2026, 5, 5, 7, 0)),
        (there(2026, 5, 5, 7, 0), there(2026, 5, 5, 7, 0)),
        (there(2026, 12, 31, 23, 0), there(2027, 1, 1, 7, 0)),
    ],
)
def test_hours_that_pass_midnight(moment, leaves):
    assert NIGHT.over_at(moment) == leaves


def test_hours_within_a_day():
    noon = QuietHours(12, 14, "Europe/Paris")
    assert noon.over_at(there(2026, 5, 4, 13, 0, zone="Europe/Paris")) == there(
        2026, 5, 4, 14, zone="Europe/Paris"
    )
    assert noon.over_at(there(2026, 5, 4, 15, 0, zone="Europe/Paris")).hour == 15


@pytest.mark.parametrize(("start", "end"), [(None, None), (21, None), (None, 7)])
def test_without_both_hours_there_are_none(start, end):
    assert QuietHours(start, end, "UTC").over_at(NOW) == NOW


def test_the_wall_clock_counts_on_the_days_it_changes():
    assert NIGHT.over_at(there(2026, 3, 7, 23, 0)) - there(2026, 3, 7, 23, 0).astimezone(UTC) == timedelta(
        hours=7
    )
    assert NIGHT.over_at(there(2026, 10, 31, 23, 0)) - there(2026, 10, 31, 23).astimezone(UTC) == timedelta(
        hours=9
    )


def test_an_end_that_the_clocks_skip_comes_when_they_have_jumped():
    until_two = QuietHours(22, 2, "America/Toronto")
    assert until_two.over_at(there(2026, 3, 8, 1, 30)) == there(2026, 3, 8, 3, 0)


ZONES = (
    "America/Toronto",
    "Europe/Paris",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "UTC",
)
HOURS = st.integers(0, 23)


@given(
    start=HOURS,
    end=HOURS,
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_never_within_them_never_earlier_never_more_than_a_day_off(start, end, zone, moment):
    if start == end:
        return
    leaves = QuietHours(start, end, zone).over_at(moment)
    hour = leaves.astimezone(ZoneInfo(zone)).hour
    quiet = start <= hour < end if start < end else hour >= start or hour < end
    assert not quiet
    assert moment <= leaves <= moment + timedelta(hours=25)


def test_room_while_the_week_has_some():
    assert room_at([], 3, NOW) == NOW
    assert room_at([NOW - DAY, NOW - 2 * DAY], 3, NOW) == NOW
    assert room_at([NOW - 8 * DAY] * 9, 3, NOW) == NOW


def test_a_full_week_has_room_once_the_oldest_is_a_week_old():
    sent = [NOW - 3 * DAY, NOW - DAY, NOW - 6 * DAY]
    assert room_at(sent, 3, NOW) == NOW + DAY
    assert room_at(sent, 2, NOW) == NOW + 4 * DAY
    assert room_at(sent, 3, NOW + DAY) == NOW + DAY


def test_none_at_all_has_never_room():
    assert room_at([], 0, NOW) is None


def test_the_end_is_announced_in_its_last_days_only():
    opened, closes = NOW, NOW + 14 * DAY
    assert not notice_due(opened, closes, 2, NOW + 11 * DAY)
    assert notice_due(opened, closes, 2, NOW + 12 * DAY)
    assert notice_due(opened, closes, 2, closes - timedelta(seconds=1))
    assert not notice_due(opened, closes, 2, closes)


def test_not_to_those_only_just_invited_nor_where_switched_off():
    assert not notice_due(NOW, NOW + 2 * DAY, 2, NOW + DAY)
    assert notice_due(NOW, NOW + 3 * DAY, 2, NOW + DAY)
    assert not notice_due(NOW, NOW + 14 * DAY, 0, NOW + 14 * DAY - timedelta(minutes=1))
