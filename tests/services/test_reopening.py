"""A round that closed by mistake opens again, with a record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ItemState, RoundState
from delphi.models import Decision, Event, Message, StoredVerdict
from delphi.models.message import MessageState
from delphi.scoring.rules import Verdict
from delphi.services import decisions, reopening
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate


@pytest.fixture
def world(alice, fay, clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world, clock):
    opened = open_round(world, clock())
    rate(world, opened, "A", {"W": [9, 9, 9, 9, 9, 9], "C": [8, 8, 8, 8, 8, 8], "M": [7, 7, 7]}, clock())
    return close(world, opened, clock.advance(days=1))


def reopen(world, closed, clock, reason="Closed a day early.", days=3):
    until = clock() + timedelta(days=days)
    return reopening.reopen(world.study, closed.id, until, reason, by=world.fay, now=clock())


def verdicts() -> int:
    return session.scalar(select(func.count()).select_from(StoredVerdict))


def test_it_takes_answers_again_and_says_why(world, closed, clock):
    assert verdicts() == 3
    reopen(world, closed, clock)
    assert (closed.state, closed.closed_at) == (RoundState.OPEN, None)
    assert closed.closes_at == clock() + timedelta(days=3)
    assert verdicts() == 0
    told = session.scalars(select(Event).where(Event.kind == "round.reopened")).one()
    assert told.account_id == world.fay.id
    assert told.facts["reason"] == "Closed a day early."
    assert told.facts["closed"] == clock().isoformat()


def test_the_verdicts_come_anew_when_it_closes(world, closed, clock):
    reopen(world, closed, clock)
    rate(world, closed, "B", {"W": [1] * 6, "C": [1] * 6, "M": [1] * 3}, clock())
    close(world, closed, clock.advance(days=1))
    found = {row.item_id: row.verdict for row in session.scalars(select(StoredVerdict))}
    assert found[world.items["A"].id] == "promote"
    assert found[world.items["B"].id] == "drop"


def test_decisions_made_since_stay_on_record_as_undone(world, closed, clock):
    item = world.items["A"]
    decisions.decide(world.study, closed.id, item.id, Verdict.PROMOTE, "", by=world.fay, now=clock())
    reopen(world, closed, clock)
    close(world, closed, clock.advance(days=1))
    rows = session.scalars(select(Decision).order_by(Decision.id)).all()
    assert [(row.outcome, row.undone) for row in rows] == [("promote", False), ("promote", True)]
    assert rows[1].reason == "Closed a day early."
    assert decisions.in_force([closed.id]) == {}
    assert item.id in decisions.undecided(closed)
    decide_all(world, closed, clock())
    assert closed.state is RoundState.DECIDED


def test_invitations_that_waited_when_it_closed_leave_after_all(world, clock):
    opened = open_round(world, clock())
    close(world, opened, clock())
    states = select(Message.state).distinct()
    assert session.scalars(states).all() == [MessageState.CANCELLED]
    reopen(world, opened, clock)
    session.expire_all()
    assert session.scalars(states).all() == [MessageState.QUEUED]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"reason": "  "}, "round.reason_missing"),
        ({"reason": "x" * 2001}, "round.reason_too_long"),
        ({"days": 0}, "round.closes_in_past"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(world, closed, clock, facts, code):
    with pytest.raises(DomainError) as refused:
        reopen(world, closed, clock, **facts)
    assert refused.value.code == code
    assert (closed.state, verdicts()) == (RoundState.CLOSED, 3)


def test_not_while_it_is_open_nor_once_it_is_decided(world, closed, clock):
    reopen(world, closed, clock)
    with pytest.raises(DomainError) as refused:
        reopen(world, closed, clock)
    assert refused.value.code == "round.wrong_state"
    close(world, closed, clock())
    decide_all(world, closed, clock())
    with pytest.raises(DomainError) as refused:
        reopen(world, closed, clock)
    assert refused.value.code == "round.wrong_state"


def test_items_that_went_their_own_way_since_come_back_first(world, closed, clock):
    world.items["B"].state = ItemState.DROPPED
    session.flush()
    with pytest.raises(DomainError) as refused:
        reopen(world, closed, clock)
    assert (refused.value.code, refused.value.params["codes"]) == ("round.items_moved_on", "B")
