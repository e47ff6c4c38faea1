"""Domain, order and panels of items."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.models import Account, Item, ItemPanel, Study
from delphi.models.domain import DomainLevel
from delphi.services import domains, item_places
from tests.support.clock import Clock
from tests.support.rounds import World, make_world, open_round
from tests.support.studies import add_item, make_study


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    study = make_study(alice, clock())
    for place, code in enumerate("ABCD"):
        add_item(study, clock(), code).position = place
    return study


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def item(study: Study, code: str) -> Item:
    return session.scalars(select(Item).where(Item.study_id == study.id, Item.code == code)).one()


def order(study: Study) -> str:
    query = select(Item.code).where(Item.study_id == study.id).order_by(Item.position)
    return "".join(session.scalars(query))


def test_up_down_and_to_a_place(study: Study) -> None:
    for act, expected in (
        (lambda: item_places.shift(study, item(study, "A"), -1), "ABCD"),
        (lambda: item_places.shift(study, item(study, "A"), 1), "BACD"),
        (lambda: item_places.shift(study, item(study, "D"), 1), "BACD"),
        (lambda: item_places.place(study, item(study, "D"), 1), "DBAC"),
        (lambda: item_places.place(study, item(study, "D"), 99), "BACD"),
        (lambda: item_places.put_after(study, item(study, "B"), item(study, "C").id), "ACBD"),
        (lambda: item_places.put_after(study, item(study, "D"), None), "DACB"),
        (lambda: item_places.put_after(study, item(study, "D"), item(study, "D").id), "DACB"),
    ):
        act()
        assert order(study) == expected
    assert item_places.place_of(study, item(study, "C")) == (3, 4)


def test_an_item_is_not_put_after_one_that_has_left_the_domain(
    study: Study, alice: Account, clock: Clock
) -> None:
    law = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law"}, alice, clock())
    item_places.move(study, [item(study, "B").id], law, "", by=alice, now=clock())
    assert order(study) == "BACD"
    with refused("item.order_changed"):
        item_places.put_after(study, item(study, "A"), item(study, "B").id)


def test_moving_counts_what_is_there_already(study: Study, alice: Account, clock: Clock) -> None:
    law = domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law"}, alice, clock())
    ids = [item(study, code).id for code in "AC"]
    item_places.move(study, ids[:1], law, "", by=alice, now=clock())
    outcome = item_places.move(study, ids, law, "", by=alice, now=clock())
    assert [one.code for one in outcome.done] == ["C"]
    assert [error.code for _item, error in outcome.left] == ["item.already_there"]
    assert order(study) == "ACBD"


def test_once_seen_an_item_moves_with_a_reason(world: World, clock: Clock) -> None:
    law = domains.add(world.study, None, DomainLevel.DOMAIN, {"en": "Law"}, world.alice, clock())
    open_round(world, clock(), ["A"])
    ids = [world.items[code].id for code in "AB"]
    with refused("item.why_missing"):
        item_places.move(world.study, ids, law, " ", by=world.fay, now=clock())
    item_places.move(world.study, ids, law, "It is law", by=world.fay, now=clock())
    assert {world.items[code].domain_id for code in "AB"} == {law.id}


def test_panels_are_changed_before_and_not_after_the_item_was_seen(world: World, clock: Clock) -> None:
    chosen = [world.panels["C"], world.panels["M"]]
    ids = [world.items[code].id for code in "BC"]
    item_places.set_panels(world.study, ids[1:], chosen, by=world.alice, now=clock())
    held = select(ItemPanel.panel_id).where(ItemPanel.item_id == ids[1])
    assert set(session.scalars(held)) == {panel.id for panel in chosen}
    open_round(world, clock(), ["C"])
    outcome = item_places.set_panels(world.study, ids, [world.panels["W"]], by=world.alice, now=clock())
    assert [one.code for one in outcome.done] == ["B"]
    assert [error.code for _item, error in outcome.left] == ["item.panels_fixed"]
    assert set(session.scalars(held)) == {panel.id for panel in chosen}
