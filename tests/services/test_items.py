"""Items one at a time: added, reworded, moved, set aside and, unseen, deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, StudyState
from delphi.domain.wordings import ItemText
from delphi.models import Account, Item, ItemPanel, Study, Wording, WordingText
from delphi.services import history, item_lives, item_places, items, rounds, wordings
from tests.support.clock import Clock
from tests.support.rounds import World, make_world, open_round, plan_of
from tests.support.studies import add_panel, make_study

TEXTS = {"en": ItemText("Knows the law", "Which law", "One\nTwo"), "fr": ItemText("Connaît la loi")}
REWORDED = {"en": ItemText("Applies the law"), "fr": ItemText("Applique la loi")}


@pytest.fixture
def study(alice: Account, clock: Clock) -> Study:
    return make_study(alice, clock())


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


def added(study: Study, alice: Account, clock: Clock, code: str = "LAW1", **more: object) -> Item:
    chosen = {"domain": None, "texts": TEXTS, "panels": [], **more}
    return items.add(study, code, **chosen, by=alice, now=clock())  # type: ignore[arg-type]


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def test_an_item_is_added_with_its_first_wording(study: Study, alice: Account, clock: Clock) -> None:
    panel = add_panel(study, alice, clock())
    item = items.get(study, added(study, alice, clock, " LAW1 ", panels=[panel]).id)
    assert (item.code, item.state) == ("LAW1", ItemState.CANDIDATE)
    assert [row.panel_id for row in item.panels] == [panel.id]
    assert [wording.number for wording in item.wordings] == [1]
    assert items.texts_of(item.wordings[0]) == TEXTS
    assert history.of(study)[0].event.kind == "item.added"


@pytest.mark.parametrize(
    ("code", "texts", "error"),
    [
        ("law1", TEXTS, "item.code_taken"),
        ("", TEXTS, "item.code_empty"),
        ("LAW 2", TEXTS, "item.code_odd"),
        ("L" * 41, TEXTS, "item.code_too_long"),
        ("LAW2", {"en": ItemText("")}, "item.empty_title"),
        ("LAW2", {"en": ItemText("One"), "fr": ItemText("", "Texte")}, "item.empty_title"),
        ("LAW2", {"en": ItemText("t" * 501)}, "item.title_too_long"),
        ("LAW2", {"en": ItemText("One", "d" * 10_001)}, "item.description_too_long"),
    ],
)
def test_a_bad_item_is_refused(
    study: Study, alice: Account, clock: Clock, code: str, texts: dict[str, ItemText], error: str
) -> None:
    added(study, alice, clock)
    with refused(error):
        added(study, alice, clock, code, texts=texts)
    assert session.scalar(select(func.count(Item.id))) == 1


def test_an_item_of_another_study_is_not_found(study: Study, alice: Account, clock: Clock) -> None:
    item = added(study, alice, clock)
    with pytest.raises(NotFound):
        items.get(make_study(alice, clock()), item.id)


def test_before_anyone_has_seen_it_a_wording_is_corrected_in_place(
    study: Study, alice: Account, clock: Clock
) -> None:
    item = added(study, alice, clock)
    wording = items.reword(item, {"en": ItemText("Applies the law")}, "", alice, clock())
    session.expire_all()
    (only,) = items.get(study, item.id).wordings
    assert (only.id, only.number) == (wording.id, 1)
    assert items.texts_of(only) == {"en": ItemText("Applies the law")}
    assert session.scalar(select(func.count()).select_from(WordingText)) == 1


def test_a_language_can_be_added_to_an_unseen_wording(study: Study, alice: Account, clock: Clock) -> None:
    item = added(study, alice, clock, texts={"en": TEXTS["en"]})
    items.reword(item, TEXTS, "", alice, clock())
    session.expire_all()
    assert items.texts_of(items.get(study, item.id).wordings[0]) == TEXTS


def test_once_seen_a_change_is_a_new_numbered_wording_with_its_reason(world: World, clock: Clock) -> None:
    open_round(world, clock())
    item = items.get(world.study, world.items["A"].id)
    before = items.texts_of(item.wordings[0])
    wording = items.reword(item, REWORDED, " clearer ", world.fay, clock())
    session.expire_all()
    item = items.get(world.study, item.id)
    assert [one.number for one in item.wordings] == [1, 2]
    assert items.texts_of(item.wordings[0]) == before
    assert items.texts_of(item.wordings[1]) == REWORDED
    assert (wording.reason, wording.created_by_id) == ("clearer", world.fay.id)
    assert wordings.current([item.id])[item.id].id == wording.id


def test_a_plan_alone_does_not_make_a_wording_seen(world: World, clock: Clock) -> None:
    rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    item = items.get(world.study, world.items["A"].id)
    assert not items.was_shown(item)
    assert items.reword(item, REWORDED, "", world.fay, clock()).number == 1


@pytest.mark.parametrize(
    ("reason", "error"),
    [("", "item.reason_missing"), (" ", "item.reason_missing"), ("r" * 2_001, "item.reason_too_long")],
)
def test_a_seen_item_needs_a_fitting_reason(world: World, clock: Clock, reason: str, error: str) -> None:
    open_round(world, clock())
    item = items.get(world.study, world.items["A"].id)
    with refused(error):
        items.reword(item, REWORDED, reason, world.fay, clock())
    assert session.scalar(select(func.count(Wording.id)).where(Wording.item_id == item.id)) == 1


def test_the_same_words_again_are_no_new_wording(world: World, clock: Clock) -> None:
    open_round(world, clock())
    item = items.get(world.study, world.items["A"].id)
    same = items.texts_of(item.wordings[0]) | {"de": ItemText("")}
    assert items.reword(item, same, "", world.fay, clock()).number == 1


@pytest.mark.parametrize("state", [ItemState.PROMOTED, ItemState.DROPPED, ItemState.MERGED])
def test_an_item_whose_life_is_over_is_not_reworded(
    study: Study, alice: Account, clock: Clock, state: ItemState
) -> None:
    item = added(study, alice, clock)
    item.state = state
    session.flush()
    with refused("item.wrong_state"):
        items.reword(item, REWORDED, "", alice, clock())


def test_nothing_changes_in_a_concluded_study(study: Study, alice: Account, clock: Clock) -> None:
    item = added(study, alice, clock)
    study.state = StudyState.CONCLUDED
    session.flush()
    for change in (
        lambda: added(study, alice, clock, "LAW2"),
        lambda: items.reword(item, REWORDED, "", alice, clock()),
        lambda: items.delete(item, alice, clock()),
        lambda: item_lives.drop(study, [item.id], "x", by=alice, now=clock()),
        lambda: item_lives.merge(study, [item.id], (item.id, TEXTS), "x", by=alice, now=clock()),
        lambda: item_lives.split(study, item.id, [], "x", by=alice, now=clock()),
        lambda: item_places.set_panels(study, [item.id], [], by=alice, now=clock()),
        lambda: item_places.move(study, [item.id], None, "", by=alice, now=clock()),
        lambda: item_places.shift(study, item, 1),
    ):
        with refused("study.wrong_state"):
            change()


def test_an_unseen_item_is_deleted_with_everything_of_it(study: Study, alice: Account, clock: Clock) -> None:
    panel = add_panel(study, alice, clock())
    items.delete(added(study, alice, clock, panels=[panel]), alice, clock())
    session.commit()
    for table in (Item, Wording, WordingText, ItemPanel):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_an_item_that_was_seen_cannot_be_deleted(world: World, clock: Clock) -> None:
    open_round(world, clock())
    item = items.get(world.study, world.items["A"].id)
    with refused("item.was_shown"):
        items.delete(item, world.alice, clock())
    assert session.get(Item, item.id) is not None


def test_an_item_that_others_came_from_is_not_deleted(study: Study, alice: Account, clock: Clock) -> None:
    one, two = added(study, alice, clock), added(study, alice, clock, "LAW2")
    into = (one.id, REWORDED)
    item_lives.merge(study, [one.id, two.id], into, "Same", by=alice, now=clock())
    for item in (one, two):
        with refused("item.has_genealogy"):
            items.delete(item, alice, clock())


def test_an_item_in_a_planned_round_is_taken_out_of_it_first(world: World, clock: Clock) -> None:
    rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    with refused("item.planned"):
        items.delete(items.get(world.study, world.items["A"].id), world.alice, clock())


def test_the_rounds_of_an_item_and_the_wordings_they_showed(world: World, clock: Clock) -> None:
    open_round(world, clock(), ["A"])
    shown = [(one.number, number) for one, number in items.rounds_of(world.items["A"])]
    assert shown == [(1, 1)]
    assert items.rounds_of(world.items["B"]) == []
