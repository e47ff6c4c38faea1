"""`delphi account create`."""

from __future__ import annotations

import pytest
from flask import Flask

from delphi.services import accounts
from tests.cli.conftest import Run
from tests.support.clock import Clock

PASSWORD = "a password nobody uses twice"
CREATE = ("account", "create", "--email", "Dana@Example.org", "--name", "Dana")


def test_it_works(run: Run, app: Flask, clock: Clock) -> None:
    done = run(*CREATE, "--admin", "--password-stdin", typed=PASSWORD + "\n")
    assert (done.exit_code, done.output) == (0, "dana@example.org can sign in now.\n")
    account = accounts.of_address("dana@example.org")
    assert account is not None
    assert account.is_admin
    assert accounts.sign_in("dana@example.org", PASSWORD, browser="", now=clock())


def test_it_asks_for_what_was_not_given(run: Run, app: Flask) -> None:
    done = run("account", "create", typed=f"dana@example.org\nDana\n{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    account = accounts.of_address("dana@example.org")
    assert account is not None
    assert not account.is_admin
    assert PASSWORD not in done.output


@pytest.mark.parametrize(("language", "told"), [("en", "has an account already"), ("fr", "dana@example.org")])
def test_a_refusal_is_told_in_words_and_leaves_nothing(
    run: Run, app: Flask, language: str, told: str
) -> None:
    run(*CREATE, "--password-stdin", typed=PASSWORD)
    done = run("--lang", language, *CREATE, "--admin", "--password-stdin", typed=PASSWORD)
    assert done.exit_code == 1
    assert told in done.stderr
    assert "account.address_taken" not in done.stderr
    account = accounts.of_address("dana@example.org")
    assert account is not None
    assert not account.is_admin


def test_a_weak_password_is_refused(run: Run, app: Flask) -> None:
    done = run(*CREATE, "--password-stdin", typed="short\n")
    assert done.exit_code == 1
    assert "password" in done.stderr.lower()
    assert accounts.of_address("dana@example.org") is None


def test_a_mistyped_password_is_asked_again(run: Run, app: Flask) -> None:
    done = run(*CREATE, typed=f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert "do not match" in done.output
