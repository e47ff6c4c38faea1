"""Decisions that meet another one, and taking them back until the next round opens."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ItemState, RoundState
from delphi.models import Account, Decision, Event, Feedback, Round
from delphi.scoring.rules import Verdict
from delphi.services import decisions, items, results, rounds, undoing, verdicts
from delphi.services.decisions import Seen
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, plan_of, rate

AGREED = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7], "M": [9, 8, 7]}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def closed(world: World, clock: Clock) -> Round:
    """A is to be promoted, nobody rated B and C."""
    opened = open_round(world, clock())
    rate(world, opened, "A", AGREED, clock())
    return close(world, opened, clock.advance(days=7))


def _decide(world: World, closed: Round, outcome: str, clock: Clock, **facts: object) -> None:
    by = facts.pop("by", world.fay)
    reason = facts.pop("reason", "Because.")
    decisions.decide(
        world.study,
        closed.id,
        world.items["A"].id,
        Verdict(outcome),
        reason,  # type: ignore[arg-type]
        by=by,  # type: ignore[arg-type]
        now=clock.advance(minutes=1),
        **facts,  # type: ignore[arg-type]
    )


def _in_force(world: World, closed: Round) -> Decision | None:
    return decisions.in_force([closed.id]).get((closed.id, world.items["A"].id))


def test_a_decision_made_meanwhile_is_not_overwritten(world: World, closed: Round, clock: Clock) -> None:
    _decide(world, closed, "drop", clock, by=world.alice, seen=Seen(0))
    with pytest.raises(DomainError, match=r"decision\.made_meanwhile"):
        _decide(world, closed, "revise", clock, seen=Seen(0))
    first = _in_force(world, closed)
    assert first is not None
    assert first.outcome == "drop"
    _decide(world, closed, "revise", clock, seen=Seen(first.id))
    assert [row.outcome for row in session.scalars(select(Decision).order_by(Decision.id))] == [
        "drop",
        "revise",
    ]


def test_the_same_decision_sent_twice_is_one(world: World, closed: Round, clock: Clock) -> None:
    for _ in range(2):
        _decide(world, closed, "drop", clock, seen=Seen(0))
    assert session.scalar(select(func.count(Decision.id))) == 1


def test_a_verdict_given_anew_is_looked_at_first(world: World, closed: Round, clock: Clock) -> None:
    seen = clock()
    verdicts.score_again(closed, [world.items["A"].id], now=clock.advance(minutes=5))
    with pytest.raises(DomainError, match=r"decision\.judged_anew"):
        _decide(world, closed, "promote", clock, seen=Seen(0, seen))
    with pytest.raises(DomainError, match=r"decision\.judged_anew"):
        decisions.confirm(
            world.study, closed.id, [world.items["A"].id], by=world.fay, now=clock(), judged=seen
        )


def test_undoing_one_leaves_the_record(world: World, closed: Round, clock: Clock) -> None:
    _decide(world, closed, "drop", clock)
    made = _in_force(world, closed)
    assert made is not None
    item_id = world.items["A"].id
    assert undoing.undo(world.study, closed.id, item_id, made.id, by=world.fay, now=clock())
    assert _in_force(world, closed) is None
    assert item_id in decisions.undecided(closed)
    assert not undoing.undo(world.study, closed.id, item_id, made.id, by=world.fay, now=clock())
    assert session.scalar(select(func.count(Decision.id))) == 2


def test_undoing_another_decision_than_was_seen_is_refused(world: World, closed: Round, clock: Clock) -> None:
    _decide(world, closed, "drop", clock)
    first = _in_force(world, closed)
    _decide(world, closed, "revise", clock, by=world.alice)
    with pytest.raises(DomainError, match=r"decision\.undo_meanwhile"):
        undoing.undo(
            world.study, closed.id, world.items["A"].id, first.id if first else 0, by=world.fay, now=clock()
        )


def test_the_last_bulk_is_undone_but_for_what_was_decided_since(
    world: World, closed: Round, clock: Clock
) -> None:
    decisions.confirm(world.study, closed.id, [world.items["C"].id], by=world.fay, now=clock())
    ids = [world.items[code].id for code in ("A", "B")]
    decisions.confirm(world.study, closed.id, ids, by=world.fay, now=clock.advance(minutes=1))
    _decide(world, closed, "drop", clock)
    bulk = undoing.last_bulk(closed, decisions.in_force([closed.id]).values())
    assert bulk is not None
    assert bulk.item_ids == {world.items["B"].id}
    for expected in (1, 0):
        found = undoing.undo_bulk(world.study, closed.id, bulk.event_id, by=world.fay, now=clock())
        assert found == expected
    assert decisions.undecided(closed) == [world.items["B"].id]
    earlier = undoing.last_bulk(closed, decisions.in_force([closed.id]).values())
    assert earlier is not None
    assert earlier.item_ids == {world.items["C"].id}


def test_a_finished_round_is_decided_again(world: World, closed: Round, clock: Clock) -> None:
    decide_all(world, closed, clock())
    assert world.items["A"].state is ItemState.PROMOTED
    undoing.undecide(world.study, closed.id, "A was too hasty.", by=world.fay, now=clock())
    assert closed.state is RoundState.CLOSED
    assert closed.decided_at is None
    assert world.items["A"].state is ItemState.IN_PLAY
    assert session.scalar(select(func.count()).select_from(Feedback)) == 0
    event = session.scalars(select(Event).where(Event.kind == "round.undecided")).one()
    assert event.facts == {"number": 1, "reason": "A was too hasty."}
    _decide(world, closed, "revise", clock)
    decisions.finish(world.study, closed.id, by=world.fay, now=clock())
    assert world.items["A"].state is ItemState.IN_PLAY
    assert session.scalar(select(func.count()).select_from(Feedback)) == 3


def test_only_with_a_reason(world: World, closed: Round, clock: Clock) -> None:
    decide_all(world, closed, clock())
    for reason, code in ((" ", "undecide_needs_reason"), ("x" * 2001, "reason_too_long")):
        with pytest.raises(DomainError, match=rf"decision\.{code}"):
            undoing.undecide(world.study, closed.id, reason, by=world.fay, now=clock())


def test_not_after_the_next_round_opened(world: World, closed: Round, clock: Clock) -> None:
    decide_all(world, closed, clock())
    open_round(world, clock(), ("B",))
    with pytest.raises(DomainError, match=r"decision\.later_opened"):
        undoing.undecide(world.study, closed.id, "Why not.", by=world.fay, now=clock())


def test_not_before_it_was_finished_nor_after_the_study(world: World, closed: Round, clock: Clock) -> None:
    with pytest.raises(DomainError, match=r"round\.wrong_state"):
        undoing.undecide(world.study, closed.id, "Why not.", by=world.fay, now=clock())
    decide_all(world, closed, clock())
    results.conclude(world.study, by=world.alice, now=clock())
    with pytest.raises(DomainError, match=r"study\.wrong_state"):
        undoing.undecide(world.study, closed.id, "Why not.", by=world.fay, now=clock())


def test_a_planned_round_waits_until_it_is_decided_again(world: World, closed: Round, clock: Clock) -> None:
    decide_all(world, closed, clock())
    planned = rounds.plan(world.study, plan_of(world, clock(), ("B",)), by=world.fay, now=clock())
    undoing.undecide(world.study, closed.id, "A was too hasty.", by=world.fay, now=clock())
    with pytest.raises(DomainError, match=r"round\.undecided"):
        rounds.open_round(world.study, planned.id, by=world.fay, now=clock())


def test_rewording_after_the_round_does_not_come_in_the_way(
    world: World, closed: Round, clock: Clock
) -> None:
    decide_all(world, closed, clock())
    undoing.undecide(world.study, closed.id, "A was too hasty.", by=world.fay, now=clock())
    texts = {"en": items.ItemText("Another title")}
    items.reword(world.items["A"], texts, "Clearer.", world.fay, clock())
    assert len(world.items["A"].wordings) == 2
