"""Inviting, suspending, restoring and removing staff."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Role
from delphi.models import Account, Event, Membership, Message, Study
from delphi.models.account import AccountState, TokenPurpose
from delphi.services import accounts, staff, studies, teams
from tests.conftest import PASSWORD
from tests.support.clock import Clock


@pytest.fixture
def root(make_account: Callable[..., Account]) -> Account:
    """The administrator."""
    return make_account("Root", is_admin=True)


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return studies.create(alice, {"en": "Care"}, ["en"], "UTC", now=clock())


def refused(code: str, action: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(DomainError) as refusal:
        action(*arguments)
    assert refusal.value.code == code


def queued() -> list[tuple[str, int | None]]:
    rows = session.scalars(select(Message).order_by(Message.id))
    return [(message.kind, message.account_id) for message in rows]


def test_inviting_makes_an_account_and_queues_one_message(root: Account, clock: Clock) -> None:
    account = staff.invite(" Nora@Example.org", "Nora", root, clock(), "fr")
    assert (account.email, account.state, account.language) == (
        "nora@example.org",
        AccountState.INVITED,
        "fr",
    )
    assert queued() == [("account_invitation", account.id)]


def test_inviting_refuses_an_address_that_has_an_account(root: Account, alice: Account, clock: Clock) -> None:
    for state in (AccountState.INVITED, AccountState.ACTIVE, AccountState.SUSPENDED):
        alice.state = state
        refused("account.address_taken", staff.invite, "ALICE@example.org", "", root, clock(), "en")


def test_only_an_administrator_brings_back_a_removed_account(
    root: Account, alice: Account, charlie: Account, clock: Clock
) -> None:
    staff.remove(alice, root, clock())
    refused("account.was_removed", staff.invite, alice.email, "", charlie, clock(), "en")
    assert staff.invite(alice.email, "Alice", root, clock(), "en") is alice
    assert alice.state == AccountState.INVITED
    refused("account.sign_in_failed", accounts.sign_in, alice.email, PASSWORD, "", clock())


def test_inviting_again_queues_at_most_one_message_a_minute(root: Account, clock: Clock) -> None:
    account = staff.invite("nora@example.org", "", root, clock(), "en")
    staff.resend_invitation(account, clock())
    assert len(queued()) == 1
    clock.advance(minutes=1)
    staff.resend_invitation(account, clock())
    assert len(queued()) == 2


def test_inviting_again_refuses_whoever_accepted(root: Account, alice: Account, clock: Clock) -> None:
    refused("account.wrong_state", staff.resend_invitation, alice, clock())


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (AccountState.ACTIVE, ["password_reset"]),
        (AccountState.INVITED, ["account_invitation"]),
        (AccountState.SUSPENDED, []),
        (AccountState.REMOVED, []),
    ],
)
def test_asking_for_a_new_password_queues_what_fits_the_account(
    alice: Account, clock: Clock, state: AccountState, kinds: list[str]
) -> None:
    alice.state = state
    staff.request_reset(" ALICE@example.org ", clock())
    staff.request_reset("nobody@example.org", clock())
    assert [kind for kind, _account in queued()] == kinds


def test_suspending_shuts_out_at_once_and_restoring_lets_in(
    root: Account, alice: Account, clock: Clock
) -> None:
    token = accounts.sign_in(alice.email, PASSWORD, "", clock())
    staff.suspend(alice, root, clock())
    assert accounts.session_of(token, clock()) is None
    refused("account.sign_in_failed", accounts.sign_in, alice.email, PASSWORD, "", clock())
    staff.restore(alice)
    assert accounts.session_of(token, clock()) is None
    accounts.sign_in(alice.email, PASSWORD, "", clock())


def test_moves_refuse_the_wrong_state(root: Account, alice: Account, clock: Clock) -> None:
    refused("account.wrong_state", staff.restore, alice)
    staff.suspend(alice, root, clock())
    refused("account.wrong_state", staff.suspend, alice, root, clock())
    refused("account.wrong_state", staff.make_administrator, alice)
    staff.remove(alice, root, clock())
    for action in (staff.suspend, staff.remove):
        refused("account.wrong_state", action, alice, root, clock())
    refused("account.wrong_state", staff.restore, alice)


def test_removing_keeps_the_row_and_the_history_but_no_way_in(
    root: Account, alice: Account, fay: Account, study: Study, clock: Clock
) -> None:
    teams.add_member(study, fay.email, Role.OWNER, alice, clock())
    raw = accounts.make_token(alice, TokenPurpose.PASSWORD_RESET, clock())
    staff.remove(alice, root, clock())
    assert (alice.name, alice.state, alice.password_hash) == ("Alice", AccountState.REMOVED, None)
    refused("account.sign_in_failed", accounts.sign_in, alice.email, PASSWORD, "", clock())
    refused("account.password_reset_over", accounts.set_password, raw, PASSWORD, clock())
    assert studies.membership(study.id, alice.id) is None
    assert studies.membership(study.id, root.id) is None
    assert session.scalar(select(Event.account_id).where(Event.kind == "study.created")) == alice.id
    assert alice not in staff.everyone()
    assert staff.everyone(state=AccountState.REMOVED) == [alice]


def test_a_study_whose_only_owner_is_removed_passes_to_the_administrator(
    root: Account, alice: Account, fay: Account, study: Study, clock: Clock
) -> None:
    teams.add_member(study, fay.email, Role.OWNER, alice, clock())
    staff.suspend(fay, root, clock())
    assert staff.solely_owned(alice) == [study]
    staff.remove(alice, root, clock())
    now_owner = studies.membership(study.id, root.id)
    assert now_owner is not None
    assert now_owner.role == Role.OWNER
    assert session.scalar(select(Event.account_id).where(Event.kind == "team.handed_over")) == root.id


def test_an_administrator_in_the_team_becomes_its_owner(
    root: Account, alice: Account, study: Study, clock: Clock
) -> None:
    teams.add_member(study, root.email, Role.OBSERVER, alice, clock())
    staff.remove(alice, root, clock())
    rows = session.scalars(select(Membership).where(Membership.study_id == study.id))
    assert [(row.account_id, row.role) for row in rows] == [(root.id, Role.OWNER)]


def test_nobody_suspends_or_removes_themselves(
    root: Account, make_account: Callable[..., Account], clock: Clock
) -> None:
    make_account("Second", is_admin=True)
    for action in (staff.suspend, staff.remove):
        refused("account.oneself", action, root, root, clock())


def test_the_last_active_administrator_stays(
    root: Account, make_account: Callable[..., Account], clock: Clock
) -> None:
    second = make_account("Second", is_admin=True)
    staff.suspend(second, root, clock())
    for action in (staff.suspend, staff.remove):
        refused("account.last_administrator", action, root, second, clock())
    refused("account.last_administrator", staff.unmake_administrator, root)
    staff.restore(second)
    staff.unmake_administrator(root)
    assert not root.is_admin


def test_removing_takes_administration_away(
    root: Account, make_account: Callable[..., Account], clock: Clock
) -> None:
    second = make_account("Second", is_admin=True)
    staff.remove(second, root, clock())
    assert not second.is_admin


def test_searching_finds_parts_of_names_and_addresses(root: Account, alice: Account, fay: Account) -> None:
    assert staff.everyone("LIC") == [alice]
    assert staff.everyone("fay@") == [fay]
    assert staff.everyone("%") == []
    assert staff.everyone("", AccountState.SUSPENDED) == []


def test_an_unknown_account_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        staff.one(12345)
