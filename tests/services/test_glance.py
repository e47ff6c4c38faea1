"""A running study at a glance: items by state, rounds with who answered, what waits for whom."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from delphi.db import session
from delphi.domain.permissions import Role
from delphi.domain.states import ItemState
from delphi.models import Account, Message, Round
from delphi.models.message import MessageState
from delphi.services import decisions, glance, outbox, rounds
from delphi.services.glance import Glance, Waiting
from tests.support import rounds as support
from tests.support.clock import Clock
from tests.support.rounds import World

ASKED = sum(support.SIZES.values())


@pytest.fixture
def world(app: Flask, alice: Account, fay: Account, clock: Clock) -> World:
    return support.make_world(alice, fay, clock())


def seen(world: World, role: Role = Role.FACILITATOR) -> Glance:
    return glance.of(world.study, [one for one in rounds.of_study(world.study) if one.opened_at], role)


def opened(world: World, now: datetime) -> Round:
    made = support.open_round(world, now)
    support.rate(world, made, "A", {"W": [9, 8, 7], "C": [None]}, now)
    return made


def test_rounds_tell_who_answered_the_latest_first(world: World, clock: Clock) -> None:
    first = opened(world, clock())
    assert [(one.round.number, one.totals.asked, one.totals.started) for one in seen(world).rounds] == [
        (1, ASKED, 4)
    ]
    rounds.close(world.study, first.id, by=world.fay, now=clock())
    decisions.confirm(world.study, first.id, decisions.undecided(first), by=world.fay, now=clock())
    decisions.finish(world.study, first.id, by=world.fay, now=clock())
    support.open_round(world, clock(), ["A"])
    assert [(one.round.number, one.totals.started) for one in seen(world).rounds] == [(2, 0), (1, 4)]


def test_items_are_counted_by_state(world: World, clock: Clock) -> None:
    opened(world, clock())
    world.items["C"].state = ItemState.DROPPED
    assert seen(world).items == {ItemState.IN_PLAY: 2, ItemState.DROPPED: 1}


def test_items_without_a_decision_wait_once_the_round_is_closed(world: World, clock: Clock) -> None:
    made = opened(world, clock())
    assert seen(world).waiting == Waiting()
    rounds.close(world.study, made.id, by=world.fay, now=clock())
    assert seen(world).waiting == Waiting(decisions=3)


def test_mail_that_was_refused_waits_while_the_round_is_open(world: World, clock: Clock) -> None:
    made = opened(world, clock())
    for row in session.scalars(select(Message).where(Message.round_id == made.id).limit(2)):
        row.state = MessageState.FAILED
    session.flush()
    assert seen(world).waiting == Waiting(bounced=2)
    assert len(outbox.of_round(made)) == ASKED


def test_an_observer_is_told_of_nothing_they_may_not_read(world: World, clock: Clock) -> None:
    opened(world, clock())
    session.execute(update(Message).values(state=MessageState.FAILED))
    assert seen(world).waiting == Waiting(bounced=ASKED)
    assert seen(world, Role.OBSERVER).waiting == Waiting()
