from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.models import Account, Comment, Round
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.rounds import World, close, make_world, open_round, rate
from tests.support.studies import join

SignIn = Callable[[Browser, Account], Browser]
AGREED = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7], "M": [9, 8, 7]}
SPLIT = {"W": [1, 1, 1, 1, 9, 9, 9, 9], "C": [9, 9, 9, 1, 1, 1], "M": [9, 8, 7]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    session.commit()
    return made


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    """One item agreed on, one that divides every panel, and a comment."""
    opened = open_round(world, clock())
    rate(world, opened, "A", AGREED, clock())
    rate(world, opened, "B", SPLIT, clock())
    session.add(
        Comment(
            round_id=opened.id,
            expert_id=world.experts["W"][0].id,
            item_id=world.items["A"].id,
            wording_id=opened.items[0].wording_id or 0,
            text="Say <b>who</b> does it.",
            language="en",
            updated_at=clock(),
        )
    )
    made = close(world, opened, clock())
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
