"""A study with its team: Alice owns it, Fay is its facilitator, Charlie is not in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import RoundState
from delphi.models import Account, Expert, Panel, Round, RoundPanel, Study
from delphi.services import experts
from delphi.services.experts import Details
from tests.support.client import Browser
from tests.support.clock import Clock
from tests.support.studies import add_panel, join, make_study

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


@pytest.fixture
def women(study: Study, alice: Account, clock: Clock) -> Panel:
    return add_panel(study, alice, clock(), "W", "Women’s services")


@pytest.fixture
def children(study: Study, women: Panel, alice: Account, clock: Clock) -> Panel:
    return add_panel(study, alice, clock(), "C", "Children’s services")


@pytest.fixture
def ben(study: Study, women: Panel, children: Panel, alice: Account, clock: Clock) -> Expert:
    details = Details("ben@example.org", "en", [women], "Ben Roy", "555-0142", {"role": ["nurse"]})
    return experts.add(study, details, by=alice, now=clock())


@pytest.fixture
def open_round(study: Study, women: Panel, clock: Clock) -> Round:
    opened = Round(study_id=study.id, number=1, state=RoundState.OPEN, time_zone="UTC", opened_at=clock())
    opened.panels = [RoundPanel(panel_id=women.id)]
    session.add(opened)
    session.flush()
    return opened
