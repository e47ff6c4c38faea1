"""The team of a study."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account, Membership, Message, Study
from delphi.models.account import AccountState
from delphi.services import studies, teams
from tests.support.client import Browser
from tests.support.clock import Clock

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    made = studies.create(alice, {"en": "Care at night"}, ["en"], "UTC", now=clock())
    session.commit()
    return made


@pytest.fixture
def fays(study: Study, alice: Account, fay: Account, clock: Clock) -> Membership:
    """Fay's place in Alice's study."""
    added = teams.add_member(study, fay.email, Role.FACILITATOR, alice, clock())
    session.commit()
    return added


@pytest.fixture
def another(app: Flask) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


def path(study: Study, rest: str = "") -> str:
    return f"/studies/{study.id}/team{rest}"


def role_of(account: Account, study: Study) -> Role | None:
    session.expire_all()
    found = studies.membership(study.id, account.id)
    return found.role if found else None


def test_it_works(client: Browser, alice: Account, study: Study, fays: Membership, sign_in: SignIn) -> None:
    page = sign_in(client, alice).get(path(study))
    assert page.status_code == 200
    for words in ("Alice", "fay@example.org", "never by name or address", "Add to the team"):
        assert words in page.text


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.FACILITATOR, Role.OBSERVER])
def test_everyone_else_in_the_team_sees_it_read_only(
    client: Browser, fay: Account, study: Study, fays: Membership, sign_in: SignIn, role: Role
) -> None:
    fays.role = role
    page = sign_in(client, fay).get(path(study))
    assert page.status_code == 200
    assert "Alice" in page.text
    assert "Add to the team" not in page.text
    assert f"/team/{fays.id}" not in page.text
    assert "Only owners change the team." in page.text


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.FACILITATOR, Role.OBSERVER])
def test_wrong_role(
    client: Browser, fay: Account, study: Study, fays: Membership, sign_in: SignIn, role: Role
) -> None:
    fays.role = role
    sign_in(client, fay)
    added = client.post(path(study), data={"email": "eve@example.org", "role": "owner"})
    changed = client.post(path(study, f"/{fays.id}"), data={"role": "owner"})
    removed = client.post(path(study, f"/{fays.id}/remove"))
    assert [answer.status_code for answer in (added, changed, removed)] == [403, 403, 403]
    assert role_of(fay, study) == role


def test_wrong_study_the_outsider_finds_nothing(
    client: Browser, charlie: Account, study: Study, fays: Membership, sign_in: SignIn
) -> None:
    sign_in(client, charlie)
    assert client.get(path(study)).status_code == 404
    assert client.post(path(study), data={"email": charlie.email, "role": "owner"}).status_code == 404
    assert client.post(path(study, f"/{fays.id}"), data={"role": "owner"}).status_code == 404
    assert client.post(path(study, f"/{fays.id}/remove")).status_code == 404
    assert role_of(charlie, study) is None


def test_wrong_study_an_owner_reaches_no_member_of_another_study(
    client: Browser,
    charlie: Account,
    fay: Account,
    study: Study,
    fays: Membership,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    own = studies.create(charlie, {"en": "Other"}, ["en"], "UTC", now=clock())
    sign_in(client, charlie)
    assert client.post(path(own, f"/{fays.id}"), data={"role": "owner"}).status_code == 404
    assert client.post(path(own, f"/{fays.id}/remove")).status_code == 404
    assert role_of(fay, study) == Role.FACILITATOR


def test_adding_an_account_works(
    client: Browser, alice: Account, charlie: Account, study: Study, sign_in: SignIn
) -> None:
    answer = sign_in(client, alice).post(
        path(study), data={"email": "Charlie@example.org", "role": "observer"}
    )
    assert (answer.status_code, answer.location) == (303, path(study))
    assert role_of(charlie, study) == Role.OBSERVER


def test_adding_a_stranger_invites_them(
    client: Browser, alice: Account, study: Study, sign_in: SignIn
) -> None:
    sign_in(client, alice).post(path(study), data={"email": "nora@example.org", "role": "facilitator"})
    page = client.get(path(study)).text
    assert "an invitation is on its way" in page
    assert "Invited" in page
    assert session.scalars(select(Message.kind)).all() == ["account_invitation"]


@pytest.mark.parametrize(
    ("email", "role", "says"),
    [
        ("", "observer", "Type an e-mail address."),
        ("charlie", "observer", "This is not an e-mail address."),
        ("alice@example.org", "observer", "is in the team already"),
        ("charlie@example.org", "emperor", "Choose one of the list."),
    ],
)
def test_bad_input_is_named_and_kept(
    client: Browser,
    alice: Account,
    charlie: Account,
    study: Study,
    sign_in: SignIn,
    email: str,
    role: str,
    says: str,
) -> None:
    answer = sign_in(client, alice).post(path(study), data={"email": email, "role": role})
    assert answer.status_code == 400
    assert says in answer.text
    assert f'value="{email}"' in answer.text
    assert role_of(charlie, study) is None


def test_wrong_state_a_suspended_account_joins_nothing(
    client: Browser, alice: Account, charlie: Account, study: Study, sign_in: SignIn
) -> None:
    charlie.state = AccountState.SUSPENDED
    answer = sign_in(client, alice).post(path(study), data={"email": charlie.email, "role": "observer"})
    assert answer.status_code == 400
    assert "suspended" in answer.text


def test_changing_a_role_works(
    client: Browser, alice: Account, fay: Account, study: Study, fays: Membership, sign_in: SignIn
) -> None:
    answer = sign_in(client, alice).post(path(study, f"/{fays.id}"), data={"role": "researcher"})
    assert answer.status_code == 303
    assert role_of(fay, study) == Role.RESEARCHER
    assert client.post(path(study, f"/{fays.id}"), data={"role": "emperor"}).status_code == 400
    assert client.post(path(study, f"/{fays.id}"), data={}).status_code == 400


def test_removing_works_at_the_next_request(
    client: Browser,
    another: Browser,
    alice: Account,
    fay: Account,
    study: Study,
    fays: Membership,
    sign_in: SignIn,
) -> None:
    remove = path(study, f"/{fays.id}/remove")
    assert sign_in(another, fay).get(path(study)).status_code == 200
    assert sign_in(client, alice).post(remove).status_code == 303
    assert another.get(path(study)).status_code == 404
    assert client.post(remove).status_code == 404


def test_the_last_owner_cannot_leave(
    client: Browser, alice: Account, fay: Account, study: Study, fays: Membership, sign_in: SignIn
) -> None:
    own = studies.membership(study.id, alice.id)
    assert own is not None
    sign_in(client, alice)
    for answer in (
        client.post(path(study, f"/{own.id}/remove")),
        client.post(path(study, f"/{own.id}"), data={"role": "observer"}),
    ):
        assert answer.status_code == 400
        assert "last owner" in answer.text
        assert "The people who run this study" in answer.text
    client.post(path(study, f"/{fays.id}"), data={"role": "owner"})
    assert client.post(path(study, f"/{own.id}/remove")).location == "/studies"
    assert client.get(path(study)).status_code == 404


def test_a_large_team_takes_few_statements(
    client: Browser,
    alice: Account,
    study: Study,
    sign_in: SignIn,
    clock: Clock,
    statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    for number in range(40):
        account = Account(email=f"p{number}@example.org", name=f"Person {number}", created_at=clock())
        session.add(account)
        session.flush()
        session.add(
            Membership(study_id=study.id, account_id=account.id, role=Role.OBSERVER, created_at=clock())
        )
    sign_in(client, alice)
    with statements() as seen:
        assert "Person 39" in client.get(path(study)).text
    assert len(seen) <= 5  # one of them counts what waits from experts


# News by mail.


def test_each_chooses_the_own_news(
    client: Browser, fay: Account, study: Study, fays: Membership, sign_in: SignIn
) -> None:
    sign_in(client, fay)
    assert client.post(path(study, "/news"), data={"news": "at_once"}).status_code == 303
    session.expire_all()
    assert session.get_one(Membership, fays.id).news == "at_once"
    others = session.scalars(select(Membership.news).where(Membership.id != fays.id)).all()
    assert set(others) == {"daily"}


def test_an_unknown_choice_of_news_is_refused(
    client: Browser, fay: Account, study: Study, fays: Membership, sign_in: SignIn
) -> None:
    assert sign_in(client, fay).post(path(study, "/news"), data={"news": "hourly"}).status_code == 400


def test_an_outsider_chooses_nothing(
    client: Browser, charlie: Account, study: Study, sign_in: SignIn
) -> None:
    assert sign_in(client, charlie).post(path(study, "/news"), data={"news": "never"}).status_code == 404
