"""One's own account."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, AccountSession
from delphi.services import accounts
from tests.conftest import PASSWORD
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.web.account.conftest import NEW_PASSWORD

SignIn = Callable[[Browser, Account], Browser]


def test_it_works(client: Browser, alice: Account, sign_in: SignIn) -> None:
    page = sign_in(client, alice).get("/account")
    assert page.status_code == 200
    assert alice.email in page.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account"),
        ("POST", "/account"),
        ("POST", "/account/password"),
        ("POST", "/account/browsers/1/sign-out"),
        ("POST", "/account/browsers/sign-out-others"),
    ],
)
def test_whoever_is_not_signed_in_is_led_to_it(
    client: Browser, alice: Account, method: str, path: str
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_name_and_language_are_saved_and_the_language_holds_at_once(
    client: Browser, alice: Account, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    client.post("/language", data={"language": "en"})
    answer = client.post("/account", data={"name": " Alice D. ", "language": "fr"})
    assert (answer.status_code, answer.location) == (303, "/account")
    session.expire_all()
    assert (alice.name, alice.language) == ("Alice D.", "fr")
    assert '<html lang="fr">' in client.get("/account").text


@pytest.mark.parametrize("data", [{"name": "", "language": "en"}, {"name": "A", "language": "de"}, {}])
def test_bad_input_about_oneself_changes_nothing(
    client: Browser, alice: Account, sign_in: SignIn, data: dict[str, str]
) -> None:
    assert sign_in(client, alice).post("/account", data=data).status_code == 400
    session.expire_all()
    assert (alice.name, alice.language) == ("Alice", "en")


def test_changing_the_password_signs_out_the_others_only(
    client: Browser, another_browser: Browser, alice: Account, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, alice)
    sign_in(another_browser, alice)
    data = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert client.post("/account/password", data=data).status_code == 303
    assert client.get("/account").status_code == 200
    assert another_browser.get("/account").status_code == 302
    accounts.sign_in(alice.email, NEW_PASSWORD, "", clock())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("not the password", NEW_PASSWORD, "This is not your present password."),
        ("", NEW_PASSWORD, "Type your present password."),
        (PASSWORD, "short", "Use at least 12 characters."),
        (PASSWORD, "", "Choose a password."),
    ],
)
def test_bad_input_to_the_password_is_named(
    client: Browser, alice: Account, sign_in: SignIn, clock: Clock, old: str, new: str, says: str
) -> None:
    answer = sign_in(client, alice).post(
        "/account/password", data={"current_password": old, "new_password": new}
    )
    assert answer.status_code == 400
    assert says in answer.text
    accounts.sign_in(alice.email, PASSWORD, "", clock())


def test_the_present_password_cannot_be_guessed_without_end(
    client: Browser, alice: Account, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    data = {"current_password": "not the password", "new_password": NEW_PASSWORD}
    statuses = [client.post("/account/password", data=data).status_code for _try in range(11)]
    assert statuses == [400] * 10 + [429]


def test_another_browser_is_signed_out_at_its_next_request(
    client: Browser, another_browser: Browser, alice: Account, sign_in: SignIn
) -> None:
    sign_in(client, alice)
    sign_in(another_browser, alice)
    other = session.scalars(select(AccountSession.id).order_by(AccountSession.id.desc())).first()
    assert f"/account/browsers/{other}/sign-out" in client.get("/account").text
    assert client.post(f"/account/browsers/{other}/sign-out").status_code == 303
    assert another_browser.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_all_the_others_are_signed_out_together(
    client: Browser, another_browser: Browser, alice: Account, sign_in: SignIn
) -> None:
    sign_in(another_browser, alice)
    sign_in(client, alice)
    assert client.post("/account/browsers/sign-out-others").status_code == 303
    assert another_browser.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_an_outsider_signs_out_nobody_else(
    client: Browser, another_browser: Browser, alice: Account, charlie: Account, sign_in: SignIn
) -> None:
    sign_in(another_browser, alice)
    alices = session.scalars(select(AccountSession.id)).one()
    assert sign_in(client, charlie).post(f"/account/browsers/{alices}/sign-out").status_code == 404
    assert sign_in(client, charlie).post("/account/browsers/99999/sign-out").status_code == 404
    assert another_browser.get("/account").status_code == 200
