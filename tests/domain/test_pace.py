"""How long answering takes, from when answers were given."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from delphi.domain.pace import DEFAULT, minutes, seconds_an_answer
from tests.support.clock import START

Given = list[tuple[int, datetime]]


def _steady(expert: int, count: int, gap: float) -> Given:
    return [(expert, START + timedelta(seconds=gap * number)) for number in range(count)]


def test_nobody_has_answered() -> None:
    assert seconds_an_answer([]) == DEFAULT


def test_thirty_gaps_are_needed() -> None:
    assert seconds_an_answer(_steady(1, 30, 12)) == DEFAULT
    assert seconds_an_answer(_steady(1, 31, 12)) == 12


def test_the_median_over_all_experts_in_whatever_order() -> None:
    given = _steady(1, 21, 10) + _steady(2, 21, 14)
    assert seconds_an_answer(reversed(given)) == 12


def test_between_two_experts_there_is_no_gap() -> None:
    alone = [(expert, START + timedelta(seconds=9 * expert)) for expert in range(50)]
    assert seconds_an_answer(alone) == DEFAULT


@pytest.mark.parametrize("gap", [301, 0, 0.5])
def test_pauses_and_answers_sent_together_are_left_out(gap: float) -> None:
    assert seconds_an_answer(_steady(1, 200, gap) + _steady(2, 31, 40)) == 40


def test_five_minutes_are_not_yet_a_pause() -> None:
    assert seconds_an_answer(_steady(1, 31, 300)) == 300


@pytest.mark.parametrize(
    ("answers", "seconds", "expected"), [(0, 20, 0), (1, 20, 1), (3, 20, 1), (4, 20, 2), (60, 12.5, 13)]
)
def test_minutes_are_rounded_up(answers: int, seconds: float, expected: int) -> None:
    assert minutes(answers, seconds) == expected
