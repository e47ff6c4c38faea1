"""Attributes as people type them."""

from __future__ import annotations

import pytest

from delphi.domain.attributes import check_name, check_values, from_lines, several, to_lines
from delphi.domain.errors import DomainError


def test_a_cell_may_hold_several_values() -> None:
    assert several(" nurse ; teacher;; nurse\nmidwife ") == ["nurse", "teacher", "midwife"]
    assert several(" ; ") == []


def test_lines_become_attributes_and_lines_again() -> None:
    attributes = from_lines(
        "role: nurse; teacher\n\n years of  practice : 3-5 \nrole: midwife\nnothing:\nhours: 9:30\n"
    )
    assert attributes == {
        "role": ["nurse", "teacher", "midwife"],
        "years of practice": ["3-5"],
        "hours": ["9:30"],
    }
    assert from_lines(to_lines(attributes)) == attributes
    assert to_lines({}) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("role nurse", "expert.attribute_line"),
        (": nurse", "expert.attribute_name"),
        ("x" * 81 + ": nurse", "expert.attribute_name"),
        ("role: " + "x" * 201, "expert.value_too_long"),
        ("e-mail: ben@example.org", "expert.attribute_address"),
    ],
)
def test_lines_that_cannot_be_kept_are_refused(text: str, code: str) -> None:
    with pytest.raises(DomainError) as caught:
        from_lines(text)
    assert caught.value.code == code


def test_the_longest_names_and_values_are_kept() -> None:
    check_name("x" * 80)
    check_values(["x" * 200, "a @ sign is no address"])
