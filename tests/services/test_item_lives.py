"""Items set aside, restored, merged and split: on record, and nothing is ever deleted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import Descent, ItemState, RoundState
from delphi.domain.wordings import ItemText
from delphi.models import Account, Comment, Decision, Item, ItemDescent, Rating, RatingChange, Study, Wording
from delphi.services import descents, history, item_lives, items, rounds, wordings
from delphi.services.item_lives import Draft
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, plan_of, rate
from tests.support.studies import make_study

TEXTS = {"en": ItemText("Knows and applies the law")}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def rated(world: World, clock: Clock) -> World:
    """Round 1 is decided: A, B and C are in play, with answers."""
    opened = open_round(world, clock())
    for code in "ABC":
        rate(world, opened, code, {"W": [9, 2, 5, 5, 9, 2]}, clock())
    decide_all(world, close(world, opened, clock()), clock())
    assert {item.state for item in world.items.values()} == {ItemState.IN_PLAY}
    return world


def who(world: World, clock: Clock) -> dict[str, Any]:
    return {"by": world.fay, "now": clock()}


def ids(world: World, codes: str) -> list[int]:
    return [world.items[code].id for code in codes]


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def part(code: str, title: str = "Does one thing") -> Draft:
    return Draft(code, None, {"en": ItemText(title)})


def test_two_items_become_one_of_them(rated: World, clock: Clock) -> None:
    a, b = rated.items["A"], rated.items["B"]
    kept = item_lives.merge(rated.study, [a.id, b.id], (a.id, TEXTS), " Same idea ", **who(rated, clock))
    session.expire_all()
    assert (kept.code, a.state, b.state) == ("A", ItemState.IN_PLAY, ItemState.MERGED)
    assert items.texts_of(wordings.current([a.id])[a.id]) == TEXTS
    assert [wording.number for wording in items.get(rated.study, a.id).wordings] == [1, 2]
    (step,), nothing = descents.of(a)
    assert (step.source, step.descent.kind, step.descent.reason) == (b, Descent.MERGED, "Same idea")
    assert nothing == []
    assert history.of(rated.study)[0].event.kind == "item.merged"


def test_the_wording_before_a_merge_stays_even_where_nobody_has_seen_it(world: World, clock: Clock) -> None:
    a, b = world.items["A"], world.items["B"]
    before = items.texts_of(items.get(world.study, a.id).wordings[0])
    item_lives.merge(world.study, [a.id, b.id], (a.id, TEXTS), "Same", **who(world, clock))
    assert [items.texts_of(one) for one in items.get(world.study, a.id).wordings] == [before, TEXTS]


def test_three_items_become_a_new_one(world: World, clock: Clock) -> None:
    made = item_lives.merge(
        world.study, ids(world, "ABC"), Draft("ABC", None, TEXTS, []), "Same", **who(world, clock)
    )
    assert (made.state, made.panels) == (ItemState.CANDIDATE, [])
    assert {step.source.code for step in descents.of(made)[0]} == set("ABC")
    assert {item.state for item in world.items.values()} == {ItemState.MERGED}


def test_one_item_becomes_several(rated: World, clock: Clock) -> None:
    c = rated.items["C"]
    made = item_lives.split(rated.study, c.id, [part("C1"), part("C2")], "Two ideas", **who(rated, clock))
    assert c.state is ItemState.SPLIT
    assert [one.state for one in made] == [ItemState.CANDIDATE] * 2
    for one in made:
        assert [row.panel_id for row in one.panels] == [rated.panels["W"].id]
    assert [step.result.code for step in descents.of(c)[1]] == ["C1", "C2"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([part("X")], "item.split_needs_parts"),
        ([part(f"X{number}") for number in range(9)], "item.split_needs_parts"),
        ([part("X"), part("x")], "item.code_taken"),
        ([part("X"), part("b")], "item.code_taken"),
        ([part("X"), part("")], "item.code_empty"),
        ([part("X"), part("Y", "")], "item.empty_title"),
    ],
)
def test_a_bad_split_changes_nothing(world: World, clock: Clock, parts: list[Draft], code: str) -> None:
    with refused(code):
        item_lives.split(world.study, world.items["A"].id, parts, "Two ideas", **who(world, clock))
    session.commit()
    assert world.items["A"].state is ItemState.CANDIDATE
    assert session.scalar(select(func.count(Item.id))) == 3


def test_a_bad_merge_changes_nothing(world: World, clock: Clock) -> None:
    a, b, c = ids(world, "ABC")
    for chosen, into, reason, code in (
        ([a], (a, TEXTS), "x", "item.merge_needs_two"),
        ([a, a], (a, TEXTS), "x", "item.merge_needs_two"),
        ([a, b], (c, TEXTS), "x", "item.merge_into_unknown"),
        ([a, b], (a, TEXTS), " ", "item.why_missing"),
        ([a, b], (a, TEXTS), "r" * 2_001, "item.reason_too_long"),
        ([a, b], (a, {}), "x", "item.empty_title"),
        ([a, b], Draft("C", None, TEXTS), "x", "item.code_taken"),
    ):
        with refused(code):
            item_lives.merge(world.study, chosen, into, reason, **who(world, clock))  # type: ignore[arg-type]
    session.commit()
    assert {item.state for item in world.items.values()} == {ItemState.CANDIDATE}
    assert session.scalar(select(func.count(ItemDescent.id))) == 0
    assert session.scalar(select(func.count(Wording.id))) == 3


def test_items_of_another_study_are_not_found(world: World, alice: Account, clock: Clock) -> None:
    other = make_study(alice, clock())
    with pytest.raises(NotFound):
        item_lives.merge(other, ids(world, "AB"), (ids(world, "A")[0], TEXTS), "x", **who(world, clock))
    with pytest.raises(NotFound):
        item_lives.drop(other, ids(world, "A"), "x", **who(world, clock))


@pytest.mark.parametrize("closed", [False, True])
def test_nothing_becomes_of_an_item_while_it_is_asked(world: World, clock: Clock, closed: bool) -> None:
    opened = open_round(world, clock(), ["A"])
    if closed:
        close(world, opened, clock())
    a, b = ids(world, "AB")
    for into in ((a, TEXTS), (b, TEXTS)):
        with refused("item.being_asked"):
            item_lives.merge(world.study, [a, b], into, "x", **who(world, clock))
    with refused("item.being_asked"):
        item_lives.split(world.study, a, [part("X"), part("Y")], "x", **who(world, clock))
    outcome = item_lives.drop(world.study, [a, b], "x", **who(world, clock))
    assert [item.code for item in outcome.done] == ["B"]
    assert [(item.code, error.code) for item, error in outcome.left] == [("A", "item.being_asked")]


def test_an_item_is_merged_once(rated: World, clock: Clock) -> None:
    a, b, c = ids(rated, "ABC")
    item_lives.merge(rated.study, [a, b], (a, TEXTS), "x", **who(rated, clock))
    for again in ([b, c], [a, b]):
        with refused("item.wrong_state"):
            item_lives.merge(rated.study, again, (again[0], TEXTS), "x", **who(rated, clock))
    with refused("item.wrong_state"):
        item_lives.split(rated.study, b, [part("X"), part("Y")], "x", **who(rated, clock))


def test_between_rounds_an_item_is_set_aside_and_put_back(rated: World, clock: Clock) -> None:
    a = rated.items["A"]
    item_lives.drop(rated.study, [a.id], "Covered by B", **who(rated, clock)).or_refuse()
    assert a.state is ItemState.DROPPED
    with refused("item.wrong_state"):
        item_lives.drop(rated.study, [a.id], "again", **who(rated, clock)).or_refuse()
    item_lives.restore(rated.study, [a.id], "Not covered after all", **who(rated, clock)).or_refuse()
    assert a.state is ItemState.IN_PLAY
    kinds = [one.event.kind for one in history.of(rated.study)]
    assert kinds[:2] == ["items.restored", "items.dropped"]


def test_a_dropped_item_goes_back_in_play_and_its_decision_stays(rated: World, clock: Clock) -> None:
    a = rated.items["A"]
    a.state = ItemState.DROPPED
    session.flush()
    decided = session.scalar(select(func.count(Decision.id)))
    item_lives.restore(rated.study, [a.id], "Asked for by panel W", **who(rated, clock)).or_refuse()
    assert a.state is ItemState.IN_PLAY
    assert session.scalar(select(func.count(Decision.id))) == decided


def test_a_plan_asks_what_came_of_its_items(rated: World, clock: Clock) -> None:
    planned = rounds.plan(rated.study, plan_of(rated, clock()), by=rated.fay, now=clock())
    a, b, c = ids(rated, "ABC")
    item_lives.merge(rated.study, [a, b], (b, TEXTS), "x", **who(rated, clock))
    made = item_lives.split(rated.study, c, [part("X"), part("Y")], "x", **who(rated, clock))
    asked = [row.item_id for row in rounds.get(rated.study, planned.number).items]
    assert asked == [b, *(one.id for one in made)]
    item_lives.drop(rated.study, [made[0].id], "x", **who(rated, clock))
    opened = rounds.open_round(rated.study, planned.id, by=rated.fay, now=clock())
    assert opened.state is RoundState.OPEN
    assert [row.item_id for row in opened.items] == [b, made[1].id]
    assert made[1].state is ItemState.IN_PLAY


@pytest.mark.parametrize("seed", range(6))
def test_whatever_becomes_of_items_nothing_is_deleted_and_codes_stay_unique(
    rated: World, clock: Clock, seed: int
) -> None:
    kept = (Item, Wording, Rating, RatingChange, Comment, Decision, ItemDescent)
    random = Random(seed)
    before = {model: _rows(model) for model in kept}
    for step in range(12):
        _anything(rated, clock, random, step)
        session.flush()
        session.expire_all()
        for model in kept:
            now = _rows(model)
            assert before[model].items() <= now.items(), model
            before[model] = now
    codes = [code.casefold() for code in items.codes(rated.study)]
    assert len(codes) == len(set(codes)) == session.scalar(select(func.count(Item.id)))


def _anything(world: World, clock: Clock, random: Random, step: int) -> None:
    """A step that may be refused, as a person would try one."""
    listed = list(session.scalars(select(Item.id).order_by(Item.id)))
    some = random.sample(listed, random.randint(1, 3))
    texts = {"en": ItemText(f"Step {step}")}
    code = random.choice(["A", "a", f"N{step}"])
    acts = {
        "merge": lambda: item_lives.merge(world.study, some, (some[0], texts), "x", **who(world, clock)),
        "new": lambda: item_lives.merge(
            world.study, some, Draft(code, None, texts), "x", **who(world, clock)
        ),
        "split": lambda: item_lives.split(
            world.study, some[0], [part(code), part(f"M{step}")], "x", **who(world, clock)
        ),
        "drop": lambda: item_lives.drop(world.study, some, "x", **who(world, clock)),
        "restore": lambda: item_lives.restore(world.study, some, "x", **who(world, clock)),
    }
    with suppress(DomainError):
        acts[random.choice(list(acts))]()


def _rows(model: Any) -> dict[int, tuple[Any, ...]]:
    """What must never change: everything of an answer, the identity of an item, the texts of a wording."""
    if model is Item:
        return {row.id: (row.code, row.study_id) for row in session.scalars(select(Item))}
    if model is Wording:
        rows = session.scalars(select(Wording))
        return {row.id: (row.item_id, row.number, str(items.texts_of(row))) for row in rows}
    columns = model.__table__.columns
    return {row[0]: tuple(map(str, row)) for row in session.execute(select(*columns))}


@pytest.mark.postgresql
def test_of_two_merges_at_once_one_wins(rated: World, clock: Clock, app: Flask) -> None:
    """Two tabs, each merging the other's item away: one waits for the study's row, then sees what happened."""
    session.commit()
    a, b = ids(rated, "AB")
    study_id, fay_id = rated.study.id, rated.fay.id

    def other_tab() -> str | None:
        with app.app_context():
            study, fay = session.get_one(Study, study_id), session.get_one(Account, fay_id)
            try:
                item_lives.merge(study, [a, b], (b, TEXTS), "Into B", by=fay, now=clock())
                session.commit()
            except DomainError as error:
                session.rollback()
                return error.code
            return None

    item_lives.merge(rated.study, [a, b], (a, TEXTS), "Into A", **who(rated, clock))
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(copy_context().run, other_tab)
        with pytest.raises(TimeoutError):
            other.result(1)
        session.commit()
        assert other.result(10) == "item.wrong_state"
    session.expire_all()
    assert [session.get_one(Item, one).state for one in (a, b)] == [ItemState.IN_PLAY, ItemState.MERGED]
    assert session.scalar(select(func.count(ItemDescent.id))) == 1
