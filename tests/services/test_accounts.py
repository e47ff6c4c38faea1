"""How an account begins, proves who it is and stays signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.models import Account, AccountSession, AccountToken
from delphi.models.account import AccountState, TokenPurpose
from delphi.services import accounts, staff
from tests.conftest import PASSWORD
from tests.support.clock import Clock

NEW = "another set of plain words"


def refused(code: str, action: Callable[..., object], *arguments: object, **named: object) -> None:
    with pytest.raises(DomainError) as refusal:
        action(*arguments, **named)
    assert refusal.value.code == code


@pytest.fixture
def invited(app: Flask, clock: Clock) -> Account:
    account = Account(email="nora@example.org", created_at=clock())
    session.add(account)
    session.flush()
    return account


# Creating


def test_creating_stores_the_address_in_small_letters_and_no_password(app: Flask, clock: Clock) -> None:
    account = accounts.create(" Alice@Example.org ", " Alice ", PASSWORD, is_admin=True, now=clock())
    assert (account.email, account.name, account.state) == ("alice@example.org", "Alice", AccountState.ACTIVE)
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash


def test_creating_refuses_a_taken_address_in_any_case_and_a_weak_password(
    alice: Account, clock: Clock
) -> None:
    refused("account.address_taken", accounts.create, "ALICE@example.org", "", PASSWORD, False, clock())
    refused("account.password_short", accounts.create, "new@example.org", "", "short", False, clock())
    assert accounts.of_address("new@example.org") is None


# Signing in


def test_signing_in_gives_a_session_whose_token_is_not_stored(alice: Account, clock: Clock) -> None:
    token = accounts.sign_in(" ALICE@example.org", PASSWORD, "Firefox, Linux", clock())
    found = accounts.session_of(token, clock())
    assert found is not None
    assert (found.account.id, found.browser) == (alice.id, "Firefox, Linux")
    assert token not in session.scalars(select(AccountSession.token_hash)).one()


@pytest.mark.parametrize("email", ["alice@example.org", "nobody@example.org", ""])
def test_signing_in_refuses_a_wrong_password_as_it_refuses_a_stranger(
    alice: Account, clock: Clock, email: str
) -> None:
    refused("account.sign_in_failed", accounts.sign_in, email, "not the password", "", clock())


@pytest.mark.parametrize("state", [AccountState.INVITED, AccountState.SUSPENDED, AccountState.REMOVED])
def test_signing_in_refuses_whoever_is_not_active(alice: Account, clock: Clock, state: AccountState) -> None:
    alice.state = state
    refused("account.sign_in_failed", accounts.sign_in, alice.email, PASSWORD, "", clock())


def test_signing_in_refuses_an_account_without_a_password_or_with_a_broken_one(
    invited: Account, clock: Clock
) -> None:
    invited.state = AccountState.ACTIVE
    for stored in (None, "", "not a hash"):
        invited.password_hash = stored
        for typed in ("", "None", "not a hash"):
            refused("account.sign_in_failed", accounts.sign_in, invited.email, typed, "", clock())


def test_signing_in_renews_a_hash_made_with_weaker_parameters(alice: Account, clock: Clock) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    alice.password_hash = weak
    accounts.sign_in(alice.email, PASSWORD, "", clock())
    assert alice.password_hash != weak
    accounts.sign_in(alice.email, PASSWORD, "", clock())


# Sessions


def test_a_session_ends_with_time(app: Flask, alice: Account, clock: Clock) -> None:
    token = accounts.sign_in(alice.email, PASSWORD, "", clock())
    hours = app.config["SETTINGS"].session_hours
    clock.advance(hours=hours, seconds=-1)
    assert accounts.session_of(token, clock()) is not None
    clock.advance(seconds=1)
    assert accounts.session_of(token, clock()) is None


@pytest.mark.parametrize("state", [AccountState.SUSPENDED, AccountState.REMOVED])
def test_a_session_ends_with_its_account(alice: Account, clock: Clock, state: AccountState) -> None:
    token = accounts.sign_in(alice.email, PASSWORD, "", clock())
    alice.state = state
    session.flush()
    assert accounts.session_of(token, clock()) is None


def test_signing_out_ends_one_session(alice: Account, clock: Clock) -> None:
    here, there = (accounts.sign_in(alice.email, PASSWORD, "", clock()) for _place in range(2))
    accounts.sign_out(here, clock())
    accounts.sign_out("no such token", clock())
    assert accounts.session_of(here, clock()) is None
    assert accounts.session_of(there, clock()) is not None


def test_revoking_all_but_one_leaves_that_one_and_other_peoples(
    alice: Account, fay: Account, clock: Clock
) -> None:
    here, there = (accounts.sign_in(alice.email, PASSWORD, "", clock()) for _place in range(2))
    fays = accounts.sign_in(fay.email, PASSWORD, "", clock())
    accounts.revoke_sessions(alice, clock(), keep=accounts.session_of(here, clock()))
    assert [bool(accounts.session_of(token, clock())) for token in (here, there, fays)] == [True, False, True]
    assert len(accounts.sessions(alice, clock())) == 1


def test_one_cannot_revoke_another_persons_session(alice: Account, charlie: Account, clock: Clock) -> None:
    token = accounts.sign_in(alice.email, PASSWORD, "", clock())
    found = accounts.session_of(token, clock())
    assert found is not None
    with pytest.raises(NotFound):
        accounts.revoke_session(charlie, found.id, clock())
    assert accounts.session_of(token, clock()) is not None


# One-time links


def test_a_link_is_stored_as_a_hash_only(alice: Account, clock: Clock) -> None:
    raw = accounts.make_token(alice, TokenPurpose.PASSWORD_RESET, clock())
    assert raw not in session.scalars(select(AccountToken.token_hash)).one()


@pytest.mark.parametrize(
    ("purpose", "life"),
    [(TokenPurpose.INVITATION, timedelta(days=7)), (TokenPurpose.PASSWORD_RESET, timedelta(hours=2))],
)
def test_a_link_lives_for_a_stated_time(
    alice: Account, clock: Clock, purpose: TokenPurpose, life: timedelta
) -> None:
    alice.state = AccountState.INVITED if purpose == TokenPurpose.INVITATION else AccountState.ACTIVE
    raw = accounts.make_token(alice, purpose, clock())
    assert accounts.holder(raw, purpose, clock() + life - timedelta(seconds=1)) is alice
    refused(f"account.{purpose}_over", accounts.holder, raw, purpose, clock() + life)


def test_a_link_is_not_taken_for_another_purpose_or_state(alice: Account, clock: Clock) -> None:
    raw = accounts.make_token(alice, TokenPurpose.PASSWORD_RESET, clock())
    refused("account.invitation_over", accounts.holder, raw, TokenPurpose.INVITATION, clock())
    alice.state = AccountState.SUSPENDED
    refused("account.password_reset_over", accounts.holder, raw, TokenPurpose.PASSWORD_RESET, clock())


def test_a_new_password_ends_every_session_and_every_link(alice: Account, clock: Clock) -> None:
    token = accounts.sign_in(alice.email, PASSWORD, "", clock())
    first, second = (accounts.make_token(alice, TokenPurpose.PASSWORD_RESET, clock()) for _link in range(2))
    accounts.set_password(first, NEW, clock())
    assert accounts.session_of(token, clock()) is None
    for raw in (first, second):
        refused("account.password_reset_over", accounts.set_password, raw, NEW, clock())
    accounts.sign_in(alice.email, NEW, "", clock())
    refused("account.sign_in_failed", accounts.sign_in, alice.email, PASSWORD, "", clock())


def test_a_weak_new_password_leaves_the_link_and_the_sessions_alone(alice: Account, clock: Clock) -> None:
    token = accounts.sign_in(alice.email, PASSWORD, "", clock())
    raw = accounts.make_token(alice, TokenPurpose.PASSWORD_RESET, clock())
    refused("account.password_short", accounts.set_password, raw, "short", clock())
    assert accounts.session_of(token, clock()) is not None
    accounts.set_password(raw, NEW, clock())


def test_an_invitation_makes_an_active_account_once(invited: Account, clock: Clock) -> None:
    raw = accounts.make_token(invited, TokenPurpose.INVITATION, clock())
    accounts.accept_invitation(raw, " Nora ", NEW, "fr", clock())
    assert (invited.name, invited.language, invited.state) == ("Nora", "fr", AccountState.ACTIVE)
    accounts.sign_in(invited.email, NEW, "", clock())
    refused("account.invitation_over", accounts.accept_invitation, raw, "Eve", PASSWORD, "en", clock())


def test_changing_the_password_needs_the_old_one_and_keeps_this_session(alice: Account, clock: Clock) -> None:
    here, there = (accounts.sign_in(alice.email, PASSWORD, "", clock()) for _place in range(2))
    current = accounts.session_of(here, clock())
    assert current is not None
    refused("account.wrong_password", accounts.change_password, current, "wrong", NEW, clock())
    accounts.change_password(current, PASSWORD, NEW, clock())
    assert accounts.session_of(here, clock()) is not None
    assert accounts.session_of(there, clock()) is None


def test_a_link_that_was_asked_for_before_a_suspension_is_dead_after_it(
    alice: Account, make_account: Callable[..., Account], clock: Clock
) -> None:
    root = make_account("Root", is_admin=True)
    raw = accounts.make_token(alice, TokenPurpose.PASSWORD_RESET, clock())
    staff.suspend(alice, root, clock())
    staff.restore(alice)
    refused("account.password_reset_over", accounts.set_password, raw, NEW, clock())
