"""Terms of a glossary found in a text."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from delphi.domain.glossary import Piece, pieces, used


def marked(text: str, *terms: str) -> str:
    """With [brackets] around what is explained."""
    return "".join(f"[{piece.text}]" if piece.term else piece.text for piece in pieces(text, terms))


@pytest.mark.parametrize(
    ("text", "terms", "shown"),
    [
        ("Sees coercive control early", ["coercive control"], "Sees [coercive control] early"),
        ("Coercive Control", ["coercive control"], "[Coercive Control]"),
        ("control, then control again", ["control"], "[control], then control again"),
        ("controls and uncontrolled", ["control"], "controls and uncontrolled"),
        ("non-violence and violence", ["violence"], "non-violence and [violence]"),
        ("coercive control, control", ["control", "coercive control"], "[coercive control], [control]"),
        ("coercive\u00a0control", ["coercive control"], "[coercive\u00a0control]"),
        ("l’emprise; l'aidant", ["emprise", "l’aidant"], "l’[emprise]; [l'aidant]"),
        ("genre et genré", ["genré"], "genre et [genré]"),
        ("ÉTAT et etat", ["état"], "[ÉTAT] et etat"),
        ("a.b and axb", ["a.b"], "[a.b] and axb"),
        ("ends with risk", ["risk"], "ends with [risk]"),
        ("nothing here", ["risk", " ", ""], "nothing here"),
        ("", ["risk"], ""),
        ("no terms", [], "no terms"),
    ],
)
def test_terms_are_found_as_whole_words(text: str, terms: list[str], shown: str) -> None:
    assert marked(text, *terms) == shown


def test_a_piece_names_the_term_as_the_glossary_writes_it() -> None:
    assert pieces("The Risk", ["risk"]) == [Piece("The "), Piece("Risk", "risk")]


def test_a_known_term_is_not_marked_again() -> None:
    assert pieces("risk and harm", ["risk", "harm"], known={"risk"}) == [
        Piece("risk and "),
        Piece("harm", "harm"),
    ]


def test_a_known_long_term_still_hides_the_short_one_inside() -> None:
    terms = ["control", "coercive control"]
    assert pieces("coercive control", terms, known={"coercive control"}) == [Piece("coercive control")]


def test_terms_are_listed_as_a_reader_meets_them() -> None:
    texts = ["Harm first", "then risk\nand harm", "risk"]
    assert used(texts, ["risk", "harm", "unused"]) == ["harm", "risk"]


words = st.text(alphabet="ab éÉ’'-.\n", max_size=20)


@given(words, st.lists(words, max_size=4))
def test_no_letter_of_a_text_is_lost(text: str, terms: list[str]) -> None:
    found = pieces(text, terms)
    assert "".join(piece.text for piece in found) == text
    named = [piece.term for piece in found if piece.term]
    assert len(named) == len(set(named))
