"""Panels typed a name a line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from delphi.domain.errors import DomainError
from delphi.domain.panel_lines import read

CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,11}")


def test_codes_are_the_first_letters_that_are_free() -> None:
    found = read("Women\nWitnesses\n\nÉquipes\n", ["en"])
    assert found == [("W", {"en": "Women"}), ("WI", {"en": "Witnesses"}), ("E", {"en": "Équipes"})]


def test_a_name_in_each_language() -> None:
    assert read("Women | Femmes", ["en", "fr"]) == [("W", {"en": "Women", "fr": "Femmes"})]


@pytest.mark.parametrize("line", ["Women", "Women | ", "a | b | c"])
def test_a_name_is_missing_or_too_many(line: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read(line, ["en", "fr"])
    assert refusal.value.code == "panel.line_names"


def test_reserved_words_are_no_codes() -> None:
    assert read("All", ["en"], reserved=("all", "a", "al")) == [("P1", {"en": "All"})]


LINE = st.characters(exclude_characters="|", exclude_categories=["Cc", "Zl", "Zp", "Cs"])


@given(st.lists(st.text(LINE, min_size=1).filter(str.strip), max_size=20))
def test_every_name_gets_a_code_of_its_own(names: list[str]) -> None:
    found = read("\n".join(names), ["en"])
    codes = [code.lower() for code, _names in found]
    assert len(set(codes)) == len(codes)
    assert all(CODE.fullmatch(code) for code, _names in found)
