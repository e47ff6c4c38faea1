from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from delphi.scoring.near_duplicates import near_duplicates

ITEMS = [
    "Explains reporting duties before a person tells their story",
    "Explain the duty to report before the person tells her story",
    "Knows which shelters take in pets",
    "Élabore un plan de sécurité avec la personne",
    "elabore des plans de securite avec les personnes",
    "",
]


def test_what_says_nearly_the_same_is_found_in_both_languages() -> None:
    assert {(pair.first, pair.second) for pair in near_duplicates(ITEMS)} == {(0, 1), (3, 4)}


def test_the_same_words_in_another_order_are_the_same() -> None:
    (pair,) = near_duplicates(["safety plan", "Plan: SAFETY!"])
    assert pair.similarity == pytest.approx(1)


def test_nothing_is_like_an_empty_text() -> None:
    assert near_duplicates(["", ""]) == ()
    assert near_duplicates(["one"]) == ()


@pytest.mark.parametrize("threshold", [0, -0.1, 1.1])
def test_a_threshold_out_of_range_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_duplicates(ITEMS, threshold)


@given(st.lists(st.text(max_size=30), max_size=8))
def test_similarities_lie_between_the_threshold_and_one(texts: list[str]) -> None:
    pairs = near_duplicates(texts, 0.3)
    assert all(0.3 - 1e-9 <= pair.similarity <= 1 and pair.first < pair.second for pair in pairs)
    assert list(pairs) == sorted(pairs, key=lambda pair: -pair.similarity)
