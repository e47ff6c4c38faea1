"""Messages to accounts: each with a link of its own, and none to an account that may not sign in."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, Message
from delphi.models.account import AccountState
from delphi.models.message import MessageState
from delphi.services import accounts, outbox
from delphi.tasks.outbox import deliver


@pytest.fixture
def account(posted, clock):
    found = Account(email="fay@example.org", name="Fay", language="fr", created_at=clock())
    session.add(found)
    session.flush()
    return found


@pytest.mark.parametrize(
    ("kind", "state", "path"),
    [
        ("account_invitation", AccountState.INVITED, "invitation"),
        ("password_reset", AccountState.ACTIVE, "reset"),
    ],
)
def test_messages_to_staff(smtp_server, account, clock, kind, state, path):
    account.state = state
    outbox.enqueue(kind, once="a", now=clock(), account=account)
    deliver()
    mail = smtp_server.messages[0]
    assert str(mail["To"]) == "Fay <fay@example.org>"
    assert str(mail["From"]) == "Delphi <post@example.org>"
    assert mail["List-Unsubscribe"] is None
    assert '<html lang="fr">' in mail.get_body(("html",)).get_content()
    token = re.search(f"https://delphi.example.org/{path}/(\\S+)", mail.get_body(("plain",)).get_content())[1]
    purpose = {"invitation": "invitation", "reset": "password_reset"}[path]
    assert accounts.holder(token, accounts.TokenPurpose(purpose), clock()).id == account.id


@pytest.mark.parametrize("kind", ["account_invitation", "password_reset"])
@pytest.mark.parametrize("state", [AccountState.SUSPENDED, AccountState.REMOVED])
def test_an_account_that_may_not_sign_in_gets_nothing(smtp_server, account, clock, kind, state):
    account.state = state
    outbox.enqueue(kind, once="a", now=clock(), account=account)
    deliver()
    session.rollback()
    (message,) = session.scalars(select(Message))
    assert (message.state, smtp_server.messages) == (MessageState.CANCELLED, [])
