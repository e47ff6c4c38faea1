"""The record of a study worth reporting, and of one of which nothing is set up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from delphi.models import Account
from delphi.services.reporting.record import Record
from tests.support import reported, studies
from tests.support.clock import Clock
from tests.support.rounds import World


@pytest.fixture
def world(app: Flask, alice: Account, fay: Account, clock: Clock) -> World:
    return reported.make(alice, fay, clock)


@pytest.fixture
def record(app: Flask, world: World, clock: Clock) -> Iterator[Record]:
    with app.test_request_context():
        yield reported.record(world, clock)


@pytest.fixture
def empty(app: Flask, alice: Account, clock: Clock) -> Iterator[Record]:
    """A study of which nothing is set up."""
    study = studies.make_study(alice, clock())
    with app.test_request_context():
        yield Record(study, clock())
