"""Names, addresses and telephone numbers as people type them."""

from __future__ import annotations

import pytest

from delphi.domain.contacts import checked_email, checked_name, checked_phone
from delphi.domain.errors import DomainError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ben.Roy@Example.org ", "ben.roy@example.org"),
        ("chloe+study@mail.example.com", "chloe+study@mail.example.com"),
        ("o'brien@example.ie", "o'brien@example.ie"),
    ],
)
def test_an_address_is_kept_in_small_letters_without_outer_space(typed: str, kept: str) -> None:
    assert checked_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["ben", "ben@", "@example.org", "ben@example", "ben@@example.org", "ben roy@example.org",
     "ben@example..org", "Ben <ben@example.org>", "a@example.org, b@example.org", "x" * 300 + "@example.org",
     "ben@example.org\nBcc: all@example.org"],
)  # fmt: skip
def test_what_is_not_an_address_is_refused(typed: str) -> None:
    with pytest.raises(DomainError) as caught:
        checked_email(typed)
    assert caught.value.code == "expert.email_invalid"


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_address_is_needed(typed: str) -> None:
    with pytest.raises(DomainError) as caught:
        checked_email(typed)
    assert caught.value.code == "expert.email_missing"


def test_a_name_is_one_line() -> None:
    assert checked_name("  Chloé \n  Tremblay ") == "Chloé Tremblay"
    assert checked_name("") == ""


def test_a_name_has_an_end() -> None:
    assert checked_name("x" * 200)
    with pytest.raises(DomainError) as caught:
        checked_name("x" * 201)
    assert caught.value.code == "expert.name_too_long"


@pytest.mark.parametrize(
    "typed", ["", "555-0142", "+1 (514) 555-0142", "514.555.0142 poste 12", "+33 1 99 00 00 00"]
)
def test_telephone_numbers_of_many_kinds_are_taken(typed: str) -> None:
    assert checked_phone(f" {typed} ") == typed


@pytest.mark.parametrize("typed", ["call me", "1" * 41, "ben@example.org"])
def test_what_is_not_a_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(DomainError) as caught:
        checked_phone(typed)
    assert caught.value.code == "expert.phone_invalid"
