"""Passwords and the set-up code."""

from __future__ import annotations

import pytest

from delphi.domain.accounts import (
    COMMON_PASSWORDS,
    MINIMUM_PASSWORD,
    check_password,
    is_setup_code,
    setup_code,
)
from delphi.domain.errors import DomainError

EMAIL = "alice.dupont@example.org"


@pytest.mark.parametrize("password", ["twelve chars", "quatre mots sans lien", "x1y2z3" * 3, "a b c d e f g"])
def test_a_long_password_is_taken_whatever_its_characters(password: str) -> None:
    check_password(password, EMAIL)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "account.password_short"),
        ("eleven char", "account.password_short"),
        ("x7 " * 400, "account.password_long"),
        (EMAIL, "account.password_is_address"),
        (EMAIL.upper(), "account.password_is_address"),
        ("Alice.Dupont", "account.password_is_address"),
        ("password1234", "account.password_common"),
        ("MotDePasse123", "account.password_common"),
        ("aaaaaaaaaaaa", "account.password_common"),
        ("abababababab", "account.password_common"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_password(password, EMAIL)
    assert refusal.value.code == code


def test_the_list_of_common_passwords_holds_only_those_that_length_lets_through() -> None:
    assert all(len(password) >= MINIMUM_PASSWORD for password in COMMON_PASSWORDS)


def test_the_setup_code_can_be_typed_loosely_and_belongs_to_one_secret() -> None:
    code = setup_code("a secret")
    assert is_setup_code(code, "a secret")
    assert is_setup_code(f" {code.lower().replace('-', ' ')} ", "a secret")
    assert not is_setup_code(code, "another secret")
    assert not is_setup_code("", "a secret")
    assert not is_setup_code("é" * 12, "a secret")
