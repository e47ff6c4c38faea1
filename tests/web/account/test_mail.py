"""From the button to the message and back: the links that are really sent work."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from delphi.db import session
from delphi.services import accounts, staff
from delphi.tasks import outbox
from tests.conftest import PASSWORD
from tests.support.smtp import Mailbag
from tests.web.account.conftest import NEW_PASSWORD


@pytest.fixture
def mailing(make_app: Callable[..., Flask], smtp_server: Mailbag) -> Flask:
    return make_app(**smtp_server.settings)


def link_to(address: str, smtp_server: Mailbag) -> str:
    """The path of the link in the only message to this address."""
    [message] = smtp_server.to(address)
    body: Any = message.get_body(("plain",))
    found = re.search(r"http://127\.0\.0\.1:8000(/(?:reset|invitation)/\S+)", body.get_content())
    assert found is not None
    return found[1]


def test_an_invited_person_comes_in_by_the_message(
    mailing: Flask, smtp_server: Mailbag, clock: Callable[[], Any]
) -> None:
    client = mailing.test_client()
    with mailing.app_context():
        root = accounts.create("root@example.org", "Root", PASSWORD, is_admin=True, now=clock())
        staff.invite("nora@example.org", "", root, clock(), "en")
        session.commit()
        outbox.deliver()
    answers = {"name": "Nora", "language": "en", "password": NEW_PASSWORD}
    assert client.post(link_to("nora@example.org", smtp_server), data=answers).status_code == 303
    assert "Nora" in client.get("/account").text


def test_a_forgotten_password_is_replaced_by_the_message(
    mailing: Flask, smtp_server: Mailbag, clock: Callable[[], Any]
) -> None:
    client = mailing.test_client()
    with mailing.app_context():
        accounts.create("root@example.org", "Root", PASSWORD, is_admin=True, now=clock())
        session.commit()
        client.post("/forgot", data={"email": "root@example.org"})
        outbox.deliver()
    path = link_to("root@example.org", smtp_server)
    assert client.post(path, data={"password": NEW_PASSWORD}).status_code == 303
    assert client.get("/staff").status_code == 200
