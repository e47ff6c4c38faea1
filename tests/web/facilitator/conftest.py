from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, make_world
from tests.support.studies import join

SignIn = Callable[[Browser, Account], Browser]


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    session.commit()
    return made


@pytest.fixture
def as_fay(app: Flask, fay: Account, sign_in: SignIn) -> Browser:
    return sign_in(app.test_client(), fay)  # type: ignore[arg-type]


@pytest.fixture
def as_alice(app: Flask, alice: Account, sign_in: SignIn) -> Browser:
    return sign_in(app.test_client(), alice)  # type: ignore[arg-type]


@pytest.fixture
def as_charlie(app: Flask, charlie: Account, sign_in: SignIn) -> Browser:
    return sign_in(app.test_client(), charlie)  # type: ignore[arg-type]


@pytest.fixture
def as_observer(
    app: Flask, world: World, make_account: Callable[..., Account], sign_in: SignIn, clock: Clock
) -> Browser:
    oscar = make_account("Oscar")
    join(world.study, oscar, Role.OBSERVER, clock())
    return sign_in(app.test_client(), oscar)  # type: ignore[arg-type]
