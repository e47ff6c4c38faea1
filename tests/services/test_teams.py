"""The team of a study."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.permissions import Role
from delphi.models import Account, Event, Message, Study
from delphi.models.account import AccountState
from delphi.services import studies, teams
from tests.support.clock import Clock


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return studies.create(alice, {"en": "Care"}, ["en"], "UTC", now=clock())


def refused(code: str, action: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(DomainError) as refusal:
        action(*arguments)
    assert refusal.value.code == code


def kinds(study: Study) -> list[str]:
    return list(session.scalars(select(Event.kind).where(Event.study_id == study.id).order_by(Event.id)))


def test_adding_an_active_account_opens_the_study_to_it(
    study: Study, alice: Account, fay: Account, clock: Clock
) -> None:
    teams.add_member(study, " FAY@example.org ", Role.FACILITATOR, alice, clock())
    found = studies.membership(study.id, fay.id)
    assert found is not None
    assert found.role == Role.FACILITATOR
    assert kinds(study)[-1] == "team.added"
    assert session.scalars(select(Message.kind)).all() == ["team_added"]


def test_adding_an_unknown_address_invites_it(study: Study, alice: Account, clock: Clock) -> None:
    alice.language = "fr"
    added = teams.add_member(study, "Nora@example.org", Role.OBSERVER, alice, clock())
    assert (added.account.email, added.account.state) == ("nora@example.org", AccountState.INVITED)
    assert added.account.language == "fr"
    assert session.scalars(select(Message.kind)).all() == ["account_invitation"]


def test_adding_somebody_invited_earlier_sends_nothing_more(
    study: Study, alice: Account, clock: Clock
) -> None:
    other = studies.create(alice, {"en": "Other"}, ["en"], "UTC", now=clock())
    teams.add_member(other, "nora@example.org", Role.OBSERVER, alice, clock())
    teams.add_member(study, "nora@example.org", Role.OBSERVER, alice, clock())
    assert session.scalars(select(Message.kind)).all() == ["account_invitation"]


def test_adding_refuses_members_suspended_and_removed_accounts(
    study: Study, alice: Account, fay: Account, clock: Clock
) -> None:
    refused("team.already_there", teams.add_member, study, alice.email, Role.OBSERVER, alice, clock())
    fay.state = AccountState.SUSPENDED
    refused("team.suspended", teams.add_member, study, fay.email, Role.OBSERVER, alice, clock())
    fay.state = AccountState.REMOVED
    refused("account.was_removed", teams.add_member, study, fay.email, Role.OBSERVER, alice, clock())


def test_changing_a_role_is_recorded_once(study: Study, alice: Account, fay: Account, clock: Clock) -> None:
    added = teams.add_member(study, fay.email, Role.OBSERVER, alice, clock())
    for _time in range(2):
        teams.change_role(study, added.id, Role.RESEARCHER, alice, clock())
    assert added.role == Role.RESEARCHER
    assert kinds(study).count("team.role_changed") == 1


def test_removing_closes_the_study(study: Study, alice: Account, fay: Account, clock: Clock) -> None:
    added = teams.add_member(study, fay.email, Role.OBSERVER, alice, clock())
    removed = teams.remove_member(study, added.id, alice, clock())
    assert removed.account is fay
    assert studies.membership(study.id, fay.id) is None
    assert kinds(study)[-1] == "team.removed"


def test_the_last_owner_who_can_sign_in_stays(
    study: Study, alice: Account, fay: Account, clock: Clock
) -> None:
    own = teams.members(study)[0]
    second = teams.add_member(study, fay.email, Role.OWNER, alice, clock())
    fay.state = AccountState.SUSPENDED
    refused("team.last_owner", teams.remove_member, study, own.id, alice, clock())
    refused("team.last_owner", teams.change_role, study, own.id, Role.RESEARCHER, alice, clock())
    teams.change_role(study, own.id, Role.OWNER, alice, clock())
    fay.state = AccountState.ACTIVE
    teams.change_role(study, own.id, Role.OBSERVER, alice, clock())
    refused("team.last_owner", teams.remove_member, study, second.id, alice, clock())


def test_members_of_another_study_are_not_found(
    study: Study, alice: Account, fay: Account, clock: Clock
) -> None:
    other = studies.create(fay, {"en": "Other"}, ["en"], "UTC", now=clock())
    theirs = teams.members(other)[0]
    with pytest.raises(NotFound):
        teams.change_role(study, theirs.id, Role.OBSERVER, alice, clock())
    with pytest.raises(NotFound):
        teams.remove_member(study, theirs.id, alice, clock())


def test_members_come_owners_first_then_by_name(
    study: Study, alice: Account, fay: Account, charlie: Account, clock: Clock
) -> None:
    teams.add_member(study, fay.email, Role.OBSERVER, alice, clock())
    teams.add_member(study, charlie.email, Role.OBSERVER, alice, clock())
    assert [member.account.name for member in teams.members(study)] == ["Alice", "Charlie", "Fay"]
