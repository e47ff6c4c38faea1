"""Signing in and out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from delphi.db import session
from delphi.models import Account
from delphi.models.account import AccountState
from tests.conftest import PASSWORD
from tests.support.client import Browser
from tests.support.clock import Clock


def send(
    client: Browser, email: str = "alice@example.org", password: str = PASSWORD, **more: str
) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def is_signed_in(client: Browser) -> bool:
    return client.get("/account").status_code == 200


def test_it_works(client: Browser, alice: Account) -> None:
    assert client.get("/sign-in").status_code == 200
    answer = send(client)
    assert (answer.status_code, answer.location) == (303, "/studies")
    assert is_signed_in(client)


def test_it_needs_the_form_s_own_token(app_with_csrf: Flask, alice: Account) -> None:
    client = app_with_csrf.test_client()
    data = {"email": alice.email, "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    assert client.post("/sign-in", data={**data, "csrf_token": token[1]}).status_code == 303


def test_a_page_that_asks_for_signing_in_is_come_back_to(client: Browser, alice: Account) -> None:
    asked = client.get("/account?from=mail")
    assert asked.status_code == 302
    page = client.get(asked.location)
    assert 'value="/account?from=mail"' in page.text
    assert send(client, next="/account?from=mail").location == "/account?from=mail"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ /evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "///evil.example",
        "evil",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(client: Browser, alice: Account, target: str) -> None:
    assert send(client, next=target).location == "/studies"
    assert client.get("/sign-in", query_string={"next": target}).location == "/studies"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@example.org", "not the password"),
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
    ],
)
def test_every_refusal_says_the_same(client: Browser, alice: Account, email: str, password: str) -> None:
    answer = send(client, email, password)
    assert answer.status_code == 400
    assert "The address or the password is not right." in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text
    assert not is_signed_in(client)


@pytest.mark.parametrize("state", [AccountState.SUSPENDED, AccountState.REMOVED, AccountState.INVITED])
def test_wrong_state(client: Browser, alice: Account, state: AccountState) -> None:
    alice.state = state
    answer = send(client)
    assert answer.status_code == 400
    assert "The address or the password is not right." in answer.text


def test_bad_input_is_named_field_by_field(client: Browser, alice: Account) -> None:
    answer = send(client, "", "")
    assert answer.status_code == 400
    assert "Type your address." in answer.text
    assert "Type your password." in answer.text
    assert send(client, "alice\x00@example.org").status_code == 400


def test_the_cookie_of_before_is_not_kept(client: Browser, alice: Account) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    send(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_signing_in_again_ends_the_session_of_before(client: Browser, alice: Account, fay: Account) -> None:
    send(client)
    stolen = client.get_cookie("delphi")
    assert stolen is not None
    send(client, fay.email)
    assert "Fay" in client.get("/account").text
    client.set_cookie("delphi", stolen.value)
    assert not is_signed_in(client)


def test_too_many_tries_at_one_address_are_refused_even_with_the_right_password(
    client: Browser, alice: Account, fay: Account, clock: Clock
) -> None:
    for _try in range(10):
        assert send(client, password="not the password").status_code == 400
    answer = send(client)
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    assert send(client, fay.email).status_code == 303
    client.post("/sign-out")
    clock.advance(minutes=1)
    assert send(client).status_code == 303


def test_too_many_tries_from_one_network_are_refused_whatever_the_address(
    client: Browser, another_browser: Browser, alice: Account
) -> None:
    statuses = [send(client, f"guess{number}@example.org").status_code for number in range(61)]
    assert statuses == [400] * 60 + [429]
    elsewhere = {"REMOTE_ADDR": "2001:db8::1"}
    data = {"email": "alice@example.org", "password": PASSWORD}
    assert another_browser.post("/sign-in", data=data, environ_overrides=elsewhere).status_code == 303


def test_whoever_is_signed_in_does_not_see_the_form(
    client: Browser, alice: Account, sign_in: Callable[[Browser, Account], Browser]
) -> None:
    assert sign_in(client, alice).get("/sign-in").location == "/studies"


def test_without_any_account_one_is_led_to_the_set_up(client: Browser) -> None:
    assert client.get("/sign-in").location == "/setup"


def test_signing_out_ends_the_session_itself(
    client: Browser, alice: Account, sign_in: Callable[[Browser, Account], Browser]
) -> None:
    sign_in(client, alice)
    kept = client.get_cookie("delphi")
    assert kept is not None
    assert client.get("/sign-out").status_code == 405
    assert is_signed_in(client)
    assert client.post("/sign-out").location == "/sign-in"
    client.set_cookie("delphi", kept.value)
    assert not is_signed_in(client)


def test_a_session_that_ended_with_time_is_out_at_the_next_request(
    app: Flask, client: Browser, alice: Account, clock: Clock
) -> None:
    send(client)
    clock.advance(hours=app.config["SETTINGS"].session_hours)
    answer = client.get("/account")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/account")


def test_a_suspended_account_is_out_at_the_next_request(client: Browser, alice: Account) -> None:
    send(client)
    alice.state = AccountState.SUSPENDED
    session.commit()
    assert not is_signed_in(client)


def test_a_cookie_with_an_invented_session_opens_nothing(client: Browser, alice: Account) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "1", True
    assert not is_signed_in(client)


def test_the_browser_is_named_in_words(client: Browser, alice: Account) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    client.post("/sign-in", data={"email": alice.email, "password": PASSWORD}, headers={"User-Agent": agent})
    assert "Firefox, Linux" in client.get("/account").text
