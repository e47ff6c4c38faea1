"""Forgotten passwords and invitations: GET shows, POST acts, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, AccountToken, Message
from delphi.models.account import AccountState, TokenPurpose
from delphi.services import accounts, staff
from tests.conftest import PASSWORD
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.web.account.conftest import NEW_PASSWORD

MakeLink = Callable[[Account, TokenPurpose], str]
SignIn = Callable[[Browser, Account], Browser]
RESET, INVITATION = TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION
ANSWERS = {"name": "Nora", "language": "fr", "password": NEW_PASSWORD}


@pytest.fixture
def nora(root: Account, clock: Clock) -> Account:
    account = staff.invite("nora@example.org", "", root, clock(), "en")
    session.commit()
    return account


def kinds() -> list[str]:
    return list(session.scalars(select(Message.kind)))


# Asking for a link


def test_asking_works(client: Browser, alice: Account) -> None:
    assert client.get("/forgot").status_code == 200
    assert client.post("/forgot", data={"email": alice.email}).status_code == 200
    assert kinds() == ["password_reset"]


def test_asking_answers_alike_for_known_unknown_and_suspended_addresses(
    client: Browser, alice: Account, fay: Account
) -> None:
    fay.state = AccountState.SUSPENDED
    pages = []
    for email in (alice.email, fay.email, "nobody@example.org"):
        answer = client.post("/forgot", data={"email": email})
        pages.append((answer.status_code, answer.text.replace(email, "ADDRESS")))
    assert len(set(pages)) == 1
    assert kinds() == ["password_reset"]


@pytest.mark.parametrize("email", ["", "alice", "alice@", "a" * 300 + "@example.org"])
def test_asking_names_bad_input(client: Browser, alice: Account, email: str) -> None:
    answer = client.post("/forgot", data={"email": email})
    assert answer.status_code == 400
    assert "address" in answer.text
    assert kinds() == []


def test_asking_is_limited_for_known_and_unknown_addresses_alike(
    client: Browser, alice: Account, clock: Clock
) -> None:
    for email in (alice.email, "nobody@example.org"):
        statuses = [client.post("/forgot", data={"email": email}).status_code for _try in range(4)]
        assert statuses == [200, 200, 200, 429]


def test_asking_with_an_unanswered_invitation_sends_that_again(
    client: Browser, nora: Account, clock: Clock
) -> None:
    clock.advance(days=8)
    client.post("/forgot", data={"email": nora.email})
    assert kinds() == ["account_invitation", "account_invitation"]


# A new password


def test_a_new_password_works(client: Browser, alice: Account, link: MakeLink, clock: Clock) -> None:
    path = link(alice, RESET)
    assert alice.email in client.get(path).text
    answer = client.post(path, data={"password": NEW_PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/studies")
    assert client.get("/account").status_code == 200
    accounts.sign_in(alice.email, NEW_PASSWORD, "", clock())


def test_a_new_password_signs_out_every_other_browser(
    client: Browser, another_browser: Browser, alice: Account, link: MakeLink, sign_in: SignIn
) -> None:
    sign_in(another_browser, alice)
    client.post(link(alice, RESET), data={"password": NEW_PASSWORD})
    assert another_browser.get("/account").status_code == 302


def test_opening_a_link_changes_nothing(client: Browser, alice: Account, link: MakeLink) -> None:
    path = link(alice, RESET)
    for _time in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert session.scalars(select(AccountToken.used_at)).all() == [None]
    assert client.post(path, data={"password": NEW_PASSWORD}).status_code == 303


@pytest.mark.parametrize("purpose", [RESET, INVITATION])
def test_wrong_state_a_used_old_or_invented_link_says_so_and_leads_on(
    client: Browser, alice: Account, nora: Account, link: MakeLink, clock: Clock, purpose: TokenPurpose
) -> None:
    account = alice if purpose == RESET else nora
    used, old = link(account, purpose), link(account, purpose)
    invented = used[:-3] + "abc"
    clock.advance(days=7)
    late = [client.get(old), client.post(old, data=ANSWERS), client.get(invented)]
    fresh = link(account, purpose)
    assert client.post(fresh, data=ANSWERS).status_code == 303
    for answer in [*late, client.get(fresh), client.post(fresh, data=ANSWERS)]:
        assert answer.status_code == 400
        assert "This link has run out" in answer.text
        assert 'href="/forgot"' in answer.text


def test_a_link_is_not_good_for_the_other_page(client: Browser, alice: Account, link: MakeLink) -> None:
    path = link(alice, RESET).replace("/reset/", "/invitation/")
    assert client.post(path, data=ANSWERS).status_code == 400


@pytest.mark.parametrize("password", ["", "short", "password1234", "alice@example.org"])
def test_a_weak_new_password_is_refused_and_the_link_still_works(
    client: Browser, alice: Account, link: MakeLink, password: str
) -> None:
    path = link(alice, RESET)
    assert client.post(path, data={"password": password}).status_code == 400
    assert client.get("/account").status_code == 302
    assert client.post(path, data={"password": NEW_PASSWORD}).status_code == 303


def test_the_way_in_by_a_link_gets_a_new_cookie(client: Browser, alice: Account, link: MakeLink) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    client.post(link(alice, RESET), data={"password": NEW_PASSWORD})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_a_refused_password_is_nowhere_in_the_answer(client: Browser, alice: Account, link: MakeLink) -> None:
    phrase = "a passphrase of several words"
    path = link(alice, RESET)
    client.post(path, data={"password": PASSWORD})
    assert phrase not in client.post(path, data={"password": phrase}).text


# Invitations


def test_an_invitation_works(client: Browser, nora: Account, link: MakeLink, clock: Clock) -> None:
    path = link(nora, INVITATION)
    assert nora.email in client.get(path).text
    answer = client.post(path, data=ANSWERS)
    assert (answer.status_code, answer.location) == (303, "/studies")
    session.expire_all()
    assert (nora.name, nora.language, nora.state) == ("Nora", "fr", AccountState.ACTIVE)
    accounts.sign_in(nora.email, NEW_PASSWORD, "", clock())


def test_opening_an_invitation_changes_nothing(client: Browser, nora: Account, link: MakeLink) -> None:
    path = link(nora, INVITATION)
    client.get(path)
    session.expire_all()
    assert nora.state == AccountState.INVITED
    assert client.post(path, data=ANSWERS).status_code == 303


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("name", "", "Type a name."),
        ("password", "short", "Use at least 12 characters."),
        ("password", "nora@example.org", "The password is your address."),
        ("language", "xx", "Choose one of the list."),
    ],
)
def test_bad_input_to_an_invitation_is_named_and_keeps_the_rest(
    client: Browser, nora: Account, link: MakeLink, field: str, text: str, says: str
) -> None:
    path = link(nora, INVITATION)
    answer = client.post(path, data=ANSWERS | {field: text})
    assert answer.status_code == 400
    assert says in answer.text
    session.expire_all()
    assert nora.state == AccountState.INVITED


def test_an_invitation_to_a_removed_account_is_dead(
    client: Browser, nora: Account, root: Account, link: MakeLink, clock: Clock
) -> None:
    path = link(nora, INVITATION)
    staff.remove(nora, root, clock())
    assert client.get(path).status_code == 400
    assert client.post(path, data=ANSWERS).status_code == 400
