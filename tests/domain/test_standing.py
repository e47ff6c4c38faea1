"""How far somebody is, and how steps add up day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from delphi.domain.standing import A_DAY, Stage, by_day, days_between, stage

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "answered", "submitted", "expected"),
    [
        (False, 0, False, Stage.UNOPENED),
        (True, 0, False, Stage.OPENED),
        (True, 1, False, Stage.BEGUN),
        (False, 4, False, Stage.BEGUN),
        (True, 5, False, Stage.HALF_DONE),
        (True, 10, False, Stage.COMPLETED),
        (True, 2, True, Stage.COMPLETED),
    ],
)
def test_the_stage_of_ten_to_answer(opened, answered, submitted, expected):
    assert stage(opened=opened, answered=answered, expected=10, submitted=submitted) is expected


def test_whoever_has_nothing_to_answer_is_done():
    assert stage(opened=False, answered=0, expected=0, submitted=False) is Stage.COMPLETED


@pytest.mark.parametrize(("hours", "days"), [(0, 1), (1, 1), (24, 1), (25, 2), (49, 3)])
def test_a_day_that_has_begun_counts(hours, days):
    assert days_between(START, START + timedelta(hours=hours)) == days


@given(
    st.lists(st.none() | st.integers(0, 20 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)))
)
def test_days_only_add_and_end_with_everybody(moments):
    counts = by_day(moments, START, 20)
    assert counts == sorted(counts)
    assert counts[-1] == sum(moment is not None for moment in moments)
    first = sum(moment is not None and moment <= START + A_DAY for moment in moments)
    assert counts[0] == first
