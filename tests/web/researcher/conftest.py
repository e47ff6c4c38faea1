"""A study with its team: Alice owns it, Fay is its facilitator, Charlie is not in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account, Study
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import join, make_study

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def study(alice: Account, fay: Account, clock: Clock) -> Study:
    made = make_study(alice, clock())
    join(made, fay, Role.FACILITATOR, clock())
    session.commit()
    return made


@pytest.fixture
def as_alice(client: Browser, alice: Account, sign_in: SignIn) -> Browser:
    return sign_in(client, alice)


@pytest.fixture
def as_fay(app: Flask, fay: Account, sign_in: SignIn) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return sign_in(browser, fay)


@pytest.fixture
def as_charlie(app: Flask, charlie: Account, sign_in: SignIn) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return sign_in(browser, charlie)
