"""The first administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.accounts import setup_code
from delphi.models import Account
from tests.conftest import PASSWORD, SECRET
from tests.support.client import Browser

ANSWERS = {"code": setup_code(SECRET), "name": "Root", "email": "Root@example.org", "password": PASSWORD}


def test_it_works(client: Browser) -> None:
    assert "delphi doctor" in client.get("/setup").text
    answer = client.post("/setup", data=ANSWERS)
    assert (answer.status_code, answer.location) == (303, "/studies")
    account = session.scalars(select(Account)).one()
    assert (account.email, account.name, account.is_admin) == ("root@example.org", "Root", True)
    assert client.get("/staff").status_code == 200


def test_wrong_state_once_there_is_an_account_nobody_sets_up(client: Browser, alice: Account) -> None:
    assert client.get("/setup").location == "/sign-in"
    assert client.post("/setup", data=ANSWERS).location == "/sign-in"
    assert session.scalars(select(Account.email)).all() == [alice.email]


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA", setup_code("another secret")])
def test_a_stranger_without_the_code_is_refused(client: Browser, code: str) -> None:
    answer = client.post("/setup", data=ANSWERS | {"code": code})
    assert answer.status_code == 400
    assert 'value="Root"' in answer.text
    assert session.scalar(select(Account.id)) is None


def test_a_stranger_who_leaves_the_code_out_is_refused(client: Browser) -> None:
    answers = {name: text for name, text in ANSWERS.items() if name != "code"}
    assert client.post("/setup", data=answers).status_code == 400
    assert session.scalar(select(Account.id)) is None


def test_codes_cannot_be_tried_without_end(client: Browser) -> None:
    wrong = ANSWERS | {"code": "AAAA-AAAA-AAAA"}
    assert [client.post("/setup", data=wrong).status_code for _try in range(11)] == [400] * 10 + [429]
    assert client.post("/setup", data=ANSWERS).status_code == 429


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("email", "root", "This is not an e-mail address."),
        ("email", "", "Type an e-mail address."),
        ("name", " ", "Type a name."),
        ("name", "x" * 201, "Use at most 200 characters"),
        ("password", "short", "Use at least 12 characters."),
        ("password", "password1234", "Many people use this password"),
        ("password", "", "Choose a password."),
    ],
)
def test_bad_input_is_named(client: Browser, field: str, text: str, says: str) -> None:
    answer = client.post("/setup", data=ANSWERS | {field: text})
    assert answer.status_code == 400
    assert says in answer.text
    assert session.scalar(select(Account.id)) is None


def test_a_demo_asks_for_no_code(make_app: Callable[..., Flask]) -> None:
    app: Any = make_app(demo="yes")
    client = app.test_client()
    assert 'name="code"' not in client.get("/setup").text
    answers = {name: text for name, text in ANSWERS.items() if name != "code"}
    assert client.post("/setup", data=answers).status_code == 303
