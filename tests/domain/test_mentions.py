"""Who mentions whom: by code or whole title, never inside a longer code or word."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from delphi.domain.mentions import Speaker, mentions


def said(text: str, *, code: str = "LAW1.03", title: str = "Knows the local law") -> bool:
    found = mentions({1: Speaker("X1", ["Other"], [text]), 2: Speaker(code, [title], [])})
    return found[1] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "See LAW1.03.",
        "(LAW1.03)",
        "As LAW1.03, so here",
        "LAW1.03/LAW1.04",
        "Whoever knows the local law can help.",
        "KNOWS THE\nLOCAL LAW",
        "« Knows the local law »",
    ],
)
def test_it_is_found(text: str) -> None:
    assert said(text)


@pytest.mark.parametrize(
    "text",
    [
        "LAW1.031",
        "LAW1.03.2",
        "ALAW1.03",
        "LAW1.03-b",
        "law1.03",
        "knows the local laws",
        "the local law",
        "",
    ],
)
def test_it_is_not_found_inside_something_longer(text: str) -> None:
    assert not said(text)


@pytest.mark.parametrize("code", ["A", "12", "LAW"])
def test_a_code_that_is_also_a_word_or_number_is_not_looked_for(code: str) -> None:
    assert not said("A safe place for 12 people; LAW", code=code)


def test_a_short_title_is_not_looked_for() -> None:
    assert not said("Knows law", title="Knows law")


def test_a_title_within_a_longer_one_is_not_meant() -> None:
    found = mentions(
        {
            1: Speaker("X1", [], ["Plans for safety with children at home."]),
            2: Speaker("X2", ["Plans for safety"], []),
            3: Speaker("X3", ["Plans for safety with children"], []),
        }
    )
    assert found[1] == [3]


def test_every_language_counts_and_each_item_is_told_once_in_order() -> None:
    found = mentions(
        {
            3: Speaker("C3", ["Connaît les lois locales"], ["B2, A1, B2"]),
            1: Speaker("A1", [], ["Qui connaît les lois locales", "C3 A1"]),
            2: Speaker("B2", [], []),
        }
    )
    assert found == {3: [1, 2], 1: [3], 2: []}


@given(st.lists(st.text(max_size=60), max_size=6))
def test_nobody_mentions_himself_whatever_is_written(texts: list[str]) -> None:
    speakers = {place: Speaker(f"C{place}", texts, texts) for place in range(len(texts))}
    assert all(key not in others for key, others in mentions(speakers).items())


def test_many_items_are_read_in_one_pass() -> None:
    texts = ["Names the same first word as all others do, and says it over and over. " * 20]
    speakers = {key: Speaker(f"C{key}", [f"Names the item {key}"], texts) for key in range(300)}
    assert all(others == [] for others in mentions(speakers).values())
