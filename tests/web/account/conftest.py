"""An administrator, and the one-time links that messages would carry."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.models import Account
from delphi.models.account import TokenPurpose
from delphi.services import accounts
from tests.support.client import Browser
from tests.support.clock import Clock

NEW_PASSWORD = "another set of plain words"


@pytest.fixture
def root(make_account: Callable[..., Account]) -> Account:
    return make_account("Root", is_admin=True)


@pytest.fixture
def another_browser(app: Flask) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def link(clock: Clock) -> Callable[[Account, TokenPurpose], str]:
    """The path of a one-time link for this account."""
    paths = {TokenPurpose.INVITATION: "/invitation/", TokenPurpose.PASSWORD_RESET: "/reset/"}

    def make(account: Account, purpose: TokenPurpose) -> str:
        raw = accounts.make_token(account, purpose, clock())
        session.commit()
        return paths[purpose] + raw

    return make
