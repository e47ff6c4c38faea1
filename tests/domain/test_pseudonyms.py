"""Pseudonym codes: readable, unique, and telling nothing but the panel."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import pytest

from delphi.domain.pseudonyms import ALPHABET, new_code


def test_a_code_is_the_panel_and_four_unambiguous_signs() -> None:
    assert re.fullmatch(rf"W-[{ALPHABET}]{{4}}", new_code("W", set(), Random(1)))


@pytest.mark.parametrize("mistaken", "0O1IL")
def test_no_sign_is_mistaken_for_another(mistaken: str) -> None:
    assert mistaken not in ALPHABET


@pytest.mark.parametrize(("panel", "prefix"), [("women", "WOM-"), ("C", "C-"), ("m2", "M2-")])
def test_a_long_panel_code_is_cut_and_written_in_capitals(panel: str, prefix: str) -> None:
    assert new_code(panel, set(), Random(1)).startswith(prefix)


def test_a_taken_code_is_not_given_again() -> None:
    first = new_code("W", set(), Random(7))
    assert new_code("W", {first}, Random(7)) != first


def test_codes_made_one_after_another_are_not_in_order() -> None:
    random, taken = Random(3), set[str]()
    codes = []
    for _ in range(300):
        codes.append(new_code("W", taken, random))
        taken.add(codes[-1])
    rises = sum(first < second for first, second in pairwise(codes))
    assert len(set(codes)) == 300
    assert 110 < rises < 190
