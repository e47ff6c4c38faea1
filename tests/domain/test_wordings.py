from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from delphi.domain.wordings import LIMITS, ItemText, Piece, changes, difference, text_problems

TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(["risk", "of", "the", "safety", ",", ".", " ", "\n", "l’enfant"]), max_size=40
    ).map("".join),
)


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[kind].format(text) for kind, text in difference(old, new))


@given(TEXT, TEXT)
def test_the_pieces_give_back_both_texts_to_the_letter(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(text for kind, text in pieces if kind != "added") == old
    assert "".join(text for kind, text in pieces if kind != "removed") == new


@given(TEXT, TEXT)
def test_no_piece_is_empty_and_no_two_neighbours_are_of_one_kind(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert all(text for _, text in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(TEXT)
def test_the_same_text_has_no_difference(text: str) -> None:
    assert difference(text, text) == ([Piece("same", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "the weight of reporting for service users",
            "the tensions, gravity and implications of reporting for service users",
            "the [-weight-][+tensions, gravity and implications+] of reporting for service users",
        ),
        ("Assess risk.", "Assess risk", "Assess risk[-.-]"),
        ("Assess the risk", "Assess the immediate risk", "Assess the [+immediate +]risk"),
        ("protect an adult", "support the child", "[-protect an adult-][+support the child+]"),
        (
            "safety of a child at home",
            "danger to a child at home",
            "[-safety of-][+danger to+] a child at home",
        ),
        ("service-user centred", "service user centred", "[-service-user-][+service user+] centred"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
    ],
)
def test_it_reads_phrase_by_phrase(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


def test_only_what_differs_is_told_by_language_and_field() -> None:
    old = {"en": ItemText("Assess risk", "Always"), "fr": ItemText("Évaluer")}
    new = {"en": ItemText("Assess danger", "Always"), "fr": ItemText("Évaluer")}
    assert changes(old, new) == {"en": {"title": difference("Assess risk", "Assess danger")}}
    assert changes(old, old) == {}
    assert changes({}, {"fr": ItemText("Évaluer")}) == {"fr": {"title": [Piece("added", "Évaluer")]}}


def test_two_long_texts_are_compared_quickly() -> None:
    old = " ".join(f"word{number % 150}" for number in range(1_500))
    new = " ".join(f"word{number % 151}" for number in range(1_500))
    started = time.perf_counter()
    difference(old, new)
    assert time.perf_counter() - started < 5


def test_a_title_is_needed_in_every_language_that_says_anything() -> None:
    problems = list(text_problems({"en": ItemText("A title"), "fr": ItemText("", "Une description")}))
    assert [(problem.code, problem.language) for problem in problems] == [("empty_title", "fr")]
    assert [problem.code for problem in text_problems({"en": ItemText(""), "fr": ItemText("")})] == [
        "empty_title"
    ]
    assert not list(text_problems({"en": ItemText("A title"), "fr": ItemText("")}))


@pytest.mark.parametrize("field", LIMITS)
def test_texts_over_their_limit_are_told_with_both_numbers(field: str) -> None:
    limit = LIMITS[field]
    fitting = {"title": "A title", field: "x" * limit}
    assert not list(text_problems({"en": ItemText(**fitting)}))
    (problem,) = text_problems({"en": ItemText(**{**fitting, field: "x" * (limit + 1)})})
    assert problem == (f"{field}_too_long", "en", field, limit + 1, limit)
