"""A merge or a split taken back: the bank is as before, until what came of it was asked or changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, StudyState
from delphi.domain.wordings import ItemText
from delphi.models import Account, Event, Item, ItemDescent
from delphi.services import descents, history, item_lives, item_undoing, items, rounds
from delphi.services.item_lives import Draft
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, plan_of, rate
from tests.support.studies import make_study

TEXTS = {"en": ItemText("Knows and applies the law")}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    """Round 1 is decided: A, B and C are in play, with answers; D and E wait for their first round."""
    world = make_world(alice, fay, clock())
    opened = open_round(world, clock())
    for code in "ABC":
        rate(world, opened, code, {"W": [9, 2, 5, 5, 9, 2]}, clock())
    decide_all(world, close(world, opened, clock()), clock())
    for code in "DE":
        world.items[code] = items.add(
            world.study, code, None, {"en": ItemText(f"Item {code}")}, [], fay, clock()
        )
    clock.advance(hours=1)
    return world


def who(world: World, clock: Clock) -> dict[str, Any]:
    return {"by": world.fay, "now": clock.advance(minutes=1)}


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def merge(world: World, clock: Clock, codes: str, into: str = "") -> int:
    """Into the first of them, or a new item of this code; returns the id of the event."""
    chosen = [world.items[code].id for code in codes]
    target = Draft(into, None, TEXTS) if into else (chosen[0], TEXTS)
    item_lives.merge(world.study, chosen, target, "Same idea", **who(world, clock))
    return latest(world)


def split(world: World, clock: Clock, code: str) -> int:
    parts = [Draft(f"{code}{number}", None, {"en": ItemText(f"Part {number}")}) for number in (1, 2)]
    item_lives.split(world.study, world.items[code].id, parts, "Two ideas", **who(world, clock))
    return latest(world)


def latest(world: World) -> int:
    found = session.scalar(select(func.max(Event.id)).where(Event.study_id == world.study.id))
    assert found
    return found


def undo(world: World, clock: Clock, event_id: int) -> descents.Act | None:
    return item_undoing.undo(world.study, event_id, **who(world, clock))


def bank() -> dict[str, tuple[ItemState, list[str]]]:
    """Each item's state and the titles it has had."""
    session.flush()
    session.expire_all()
    found = session.scalars(select(Item))
    return {one.code: (one.state, [wording.texts[0].title for wording in one.wordings]) for one in found}


@pytest.mark.parametrize(
    "act",
    [
        lambda world, clock: merge(world, clock, "AB"),
        lambda world, clock: merge(world, clock, "ABC", "N"),
        lambda world, clock: merge(world, clock, "AD"),
        lambda world, clock: merge(world, clock, "DE"),
        lambda world, clock: split(world, clock, "C"),
        lambda world, clock: split(world, clock, "D"),
    ],
)
def test_the_bank_is_as_before(world: World, clock: Clock, act: Callable[[World, Clock], int]) -> None:
    before = bank()
    event_id = act(world, clock)
    assert bank() != before
    assert undo(world, clock, event_id)
    assert bank() == before
    assert session.scalar(select(func.count(ItemDescent.id))) == 0


def test_the_history_keeps_both_acts_and_what_was_written(world: World, clock: Clock) -> None:
    undo(world, clock, split(world, clock, "C"))
    undone, made = (one.event for one in history.of(world.study)[:2])
    assert (undone.kind, made.kind) == ("item.split_undone", "item.split")
    assert undone.facts["said"] == "C1: Part 1; C2: Part 2"
    assert undone.facts["reason"] == "Two ideas"


def test_it_can_be_done_again_and_undone_again(world: World, clock: Clock) -> None:
    before = bank()
    for _twice in range(2):
        undo(world, clock, split(world, clock, "C"))
        undo(world, clock, merge(world, clock, "AB"))
    assert bank() == before


def test_undoing_twice_changes_nothing_more(world: World, clock: Clock) -> None:
    event_id = merge(world, clock, "AB")
    assert undo(world, clock, event_id)
    again = merge(world, clock, "AB")
    assert undo(world, clock, event_id) is None
    assert world.items["B"].state is ItemState.MERGED
    assert undo(world, clock, again)


def test_of_two_merges_into_one_item_the_later_comes_first(world: World, clock: Clock) -> None:
    before = bank()
    first = merge(world, clock, "AB")
    item_lives.merge(
        world.study,
        [world.items["A"].id, world.items["C"].id],
        (world.items["A"].id, {"en": ItemText("Third")}),
        "x",
        **who(world, clock),
    )
    second = latest(world)
    with refused("item.undo_built_on"):
        undo(world, clock, first)
    assert undo(world, clock, second)
    assert undo(world, clock, first)
    assert bank() == before


def test_plans_ask_the_items_again(world: World, clock: Clock) -> None:
    planned = rounds.plan(world.study, plan_of(world, clock(), "ABCD"), by=world.fay, now=clock())
    for act in (
        lambda: merge(world, clock, "BA"),
        lambda: merge(world, clock, "AB", "N"),
        lambda: split(world, clock, "C"),
    ):
        undo(world, clock, act())
        session.expire_all()
        asked = [row.item_id for row in rounds.get(world.study, planned.number).items]
        assert sorted(asked) == sorted(world.items[code].id for code in "ABCD")


def test_not_once_it_was_asked(world: World, clock: Clock) -> None:
    merged, parted = merge(world, clock, "AB"), split(world, clock, "C")
    plan = plan_of(world, clock(), "A")
    plan = rounds.Plan(**{**vars(plan), "item_ids": [world.items["A"].id, by_code("C1").id]})
    planned = rounds.plan(world.study, plan, by=world.fay, now=clock())
    opened = rounds.open_round(world.study, planned.id, by=world.fay, now=clock())
    for event_id in (merged, parted):
        with refused("item.being_asked"):
            undo(world, clock, event_id)
    decide_all(world, close(world, opened, clock.advance(days=1)), clock())
    for event_id in (merged, parted):
        with refused("item.undo_asked"):
            undo(world, clock, event_id)


def by_code(code: str) -> Item:
    return session.scalars(select(Item).where(Item.code == code)).one()


@pytest.mark.parametrize(
    "later",
    [
        lambda world, item, act: items.reword(item, {"en": ItemText("Better")}, "x", **act),
        lambda world, item, act: item_lives.drop(world.study, [item.id], "x", **act),
        lambda world, item, act: item_lives.split(
            world.study, item.id, [Draft(f"{item.code}{end}", None, TEXTS) for end in "YZ"], "x", **act
        ),
    ],
)
def test_not_once_something_more_was_done(
    world: World, clock: Clock, later: Callable[[World, Item, dict[str, Any]], object]
) -> None:
    for event_id, result in ((merge(world, clock, "AB"), "A"), (split(world, clock, "C"), "C1")):
        later(world, by_code(result), who(world, clock))
        before = bank()
        with refused("item.undo_built_on"):
            undo(world, clock, event_id)
        assert bank() == before


def test_the_page_is_told_what_can_be_undone_and_why_not(world: World, clock: Clock) -> None:
    event_id = merge(world, clock, "AB")
    for code in "AB":
        (made,) = item_undoing.of_item(world.study, world.items[code])
        assert (made.event.id, made.refusal) == (event_id, None)
    items.reword(world.items["A"], {"en": ItemText("Better")}, "x", **who(world, clock))
    (made,) = item_undoing.of_item(world.study, world.items["B"])
    assert made.refusal
    assert made.refusal.params == {"item": "A"}
    assert item_undoing.of_item(world.study, world.items["C"]) == []


def test_only_acts_of_the_study(world: World, alice: Account, clock: Clock) -> None:
    event_id = merge(world, clock, "AB")
    other = make_study(alice, clock())
    for study, wrong in ((other, event_id), (world.study, event_id - 1), (world.study, 9999)):
        with pytest.raises(NotFound):
            item_undoing.undo(study, wrong, **who(world, clock))


def test_not_in_a_concluded_study(world: World, clock: Clock) -> None:
    event_id = merge(world, clock, "AB")
    world.study.state = StudyState.CONCLUDED
    session.flush()
    with refused("study.wrong_state"):
        undo(world, clock, event_id)
