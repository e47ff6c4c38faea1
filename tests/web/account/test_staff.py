"""The administrator's pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, Message
from delphi.models.account import AccountState
from delphi.services import staff, studies
from tests.support.client import Browser
from tests.support.clock import Clock

SignIn = Callable[[Browser, Account], Browser]
INVITATION = {"email": "Nora@example.org", "name": "Nora", "language": "fr"}
ACTIONS = ["invite-again", "suspend", "restore", "remove", "make-administrator", "unmake-administrator"]


@pytest.fixture
def nora(root: Account, clock: Clock) -> Account:
    account = staff.invite("nora@example.org", "", root, clock(), "en")
    session.commit()
    return account


def test_it_works(client: Browser, root: Account, alice: Account, nora: Account, sign_in: SignIn) -> None:
    page = sign_in(client, root).get("/staff")
    assert page.status_code == 200
    for text in ("Root", "Alice", "nora@example.org", "Invited", "Administrator", "3 people"):
        assert text in page.text
    for account in (root, alice, nora):
        assert client.get(f"/staff/{account.id}").status_code == 200


def test_an_empty_list_says_what_to_do(client: Browser, root: Account, sign_in: SignIn) -> None:
    page = sign_in(client, root).get("/staff")
    assert "You are alone here" in page.text
    assert "Nobody found" in client.get("/staff?search=zzz").text


def test_searching_by_text_and_state(
    client: Browser, root: Account, alice: Account, nora: Account, sign_in: SignIn
) -> None:
    sign_in(client, root)
    page = client.get("/staff?search=lice&state=active").text
    assert "Alice" in page
    assert "nora@example.org" not in page
    assert "1 person" in page
    assert client.get("/staff?state=nonsense").status_code == 200


def test_two_hundred_accounts_take_few_statements(
    client: Browser,
    root: Account,
    sign_in: SignIn,
    clock: Clock,
    statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    many = [Account(email=f"p{n}@example.org", name=f"Person {n}", created_at=clock()) for n in range(200)]
    session.add_all(many)
    sign_in(client, root)
    with statements() as seen:
        page = client.get("/staff")
    assert "Person 199" in page.text
    assert len(seen) <= 4
    with statements() as seen:
        client.get(f"/staff/{many[7].id}")
    assert len(seen) <= 6


@pytest.mark.parametrize("path", ["/staff", "/staff/invite", "/staff/1"])
def test_wrong_role_for_the_pages(
    client: Browser, root: Account, charlie: Account, sign_in: SignIn, path: str
) -> None:
    assert client.get(path).location.startswith("/sign-in")
    answer = sign_in(client, charlie).get(path)
    assert answer.status_code == 403
    assert "not open to your role" in answer.text


def test_wrong_role_for_the_actions(
    client: Browser, root: Account, alice: Account, charlie: Account, sign_in: SignIn
) -> None:
    for action in ACTIONS:
        assert client.post(f"/staff/{alice.id}/{action}").status_code == 302
    sign_in(client, charlie)
    assert client.post("/staff/invite", data=INVITATION).status_code == 403
    for action in ACTIONS:
        assert client.post(f"/staff/{alice.id}/{action}").status_code == 403
        assert client.post(f"/staff/{charlie.id}/{action}").status_code == 403
    session.expire_all()
    assert (alice.state, alice.is_admin, charlie.is_admin) == (AccountState.ACTIVE, False, False)


def test_the_navigation_shows_staff_to_administrators_only(
    client: Browser, another_browser: Browser, root: Account, charlie: Account, sign_in: SignIn
) -> None:
    assert 'href="/staff"' in sign_in(client, root).get("/account").text
    assert 'href="/staff"' not in sign_in(another_browser, charlie).get("/account").text


def test_inviting_works(client: Browser, root: Account, sign_in: SignIn) -> None:
    sign_in(client, root)
    assert client.get("/staff/invite").status_code == 200
    answer = client.post("/staff/invite", data=INVITATION)
    assert (answer.status_code, answer.location) == (303, "/staff")
    assert "nora@example.org" in client.get("/staff").text
    assert session.scalars(select(Message.kind)).all() == ["account_invitation"]


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("email", "", "Type an e-mail address."),
        ("email", "nora", "This is not an e-mail address."),
        ("email", "ALICE@example.org", "has an account already"),
        ("name", "x" * 201, "Use at most 200 characters"),
    ],
)
def test_bad_input_to_an_invitation_is_named(
    client: Browser, root: Account, alice: Account, sign_in: SignIn, field: str, text: str, says: str
) -> None:
    answer = sign_in(client, root).post("/staff/invite", data=INVITATION | {field: text})
    assert answer.status_code == 400
    assert says in answer.text
    assert session.scalar(select(Message.id)) is None


def test_inviting_again_works(
    client: Browser, root: Account, nora: Account, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, root)
    clock.advance(minutes=5)
    assert client.post(f"/staff/{nora.id}/invite-again").status_code == 303
    assert len(session.scalars(select(Message.id)).all()) == 2


def test_suspending_and_restoring_work(
    client: Browser, another_browser: Browser, root: Account, alice: Account, sign_in: SignIn
) -> None:
    sign_in(another_browser, alice)
    sign_in(client, root)
    assert client.post(f"/staff/{alice.id}/suspend").status_code == 303
    assert another_browser.get("/account").status_code == 302
    assert "Suspended" in client.get(f"/staff/{alice.id}").text
    assert client.post(f"/staff/{alice.id}/restore").status_code == 303
    session.expire_all()
    assert alice.state == AccountState.ACTIVE


def test_removing_works_and_says_which_studies_pass_on(
    client: Browser, root: Account, alice: Account, sign_in: SignIn, clock: Clock
) -> None:
    studies.create(alice, {"en": "Care at night"}, ["en"], "UTC", now=clock())
    sign_in(client, root)
    assert "Care at night" in client.get(f"/staff/{alice.id}").text
    assert client.post(f"/staff/{alice.id}/remove").status_code == 303
    assert "This account was removed" in client.get(f"/staff/{alice.id}").text
    assert ">Alice<" not in client.get("/staff").text
    assert ">Alice<" in client.get("/staff?state=removed").text


def test_making_and_unmaking_administrators_work(
    client: Browser, root: Account, alice: Account, sign_in: SignIn
) -> None:
    sign_in(client, root)
    client.post(f"/staff/{alice.id}/make-administrator")
    session.expire_all()
    assert alice.is_admin
    client.post(f"/staff/{alice.id}/unmake-administrator")
    session.expire_all()
    assert not alice.is_admin


def test_an_administrator_may_step_back_when_there_is_another(
    client: Browser, root: Account, alice: Account, sign_in: SignIn
) -> None:
    sign_in(client, root)
    answer = client.post(f"/staff/{root.id}/unmake-administrator")
    assert answer.status_code == 400
    assert "last administrator" in answer.text
    client.post(f"/staff/{alice.id}/make-administrator")
    assert client.post(f"/staff/{root.id}/unmake-administrator").location == "/studies"
    assert client.get("/staff").status_code == 403


@pytest.mark.parametrize("action", ["suspend", "remove"])
def test_nobody_shuts_themselves_out(
    client: Browser, root: Account, make_account: Callable[..., Account], sign_in: SignIn, action: str
) -> None:
    make_account("Second", is_admin=True)
    answer = sign_in(client, root).post(f"/staff/{root.id}/{action}")
    assert answer.status_code == 400
    assert "your own account" in answer.text
    assert f"/staff/{root.id}/{action}" not in client.get(f"/staff/{root.id}").text


@pytest.mark.parametrize("action", ["invite-again", "restore"])
def test_wrong_state(client: Browser, root: Account, alice: Account, sign_in: SignIn, action: str) -> None:
    assert sign_in(client, root).post(f"/staff/{alice.id}/{action}").status_code == 409


def test_an_unknown_account_is_not_found(client: Browser, root: Account, sign_in: SignIn) -> None:
    sign_in(client, root)
    assert client.get("/staff/9999").status_code == 404
    for action in ACTIONS:
        assert client.post(f"/staff/9999/{action}").status_code == 404


def test_a_failed_invitation_says_what_the_mail_server_answered(
    client: Browser, root: Account, nora: Account, sign_in: SignIn
) -> None:
    message = session.scalars(select(Message)).one()
    message.state, message.error = "failed", "550 5.1.1 No such user"
    page = sign_in(client, root).get(f"/staff/{nora.id}").text
    assert "Failed" in page
    assert "550 5.1.1 No such user" in page
