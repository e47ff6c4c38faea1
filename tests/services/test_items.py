"""Items one at a time: added, reworded, moved, set aside and, unseen, deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, StudyState
from delphi.domain.wordings import ItemText
from delphi.models import Account, Item, ItemPanel, Study, Wording, WordingText
from delphi.models.domain import DomainLevel
from delphi.services import domains, history, items, rounds, wordings
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
        lambda: items.drop(item, alice, clock()),
        lambda: items.set_panels(item, [], alice, clock()),
        lambda: items.move(item, study, None, alice, clock()),
        lambda: items.shift(item, study, 1),
    ):
        with refused("study.wrong_state"):
            change()


def test_panels_are_changed_before_and_not_after_the_item_was_seen(world: World, clock: Clock) -> None:
    item = items.get(world.study, world.items["C"].id)
    items.set_panels(item, [world.panels["C"], world.panels["M"]], world.alice, clock())
    assert set(session.scalars(select(ItemPanel.panel_id).where(ItemPanel.item_id == item.id))) == {
        world.panels["C"].id,
        world.panels["M"].id,
    }
    open_round(world, clock())
    with refused("item.panels_fixed"):
        items.set_panels(item, [], world.alice, clock())


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


def test_an_item_in_a_planned_round_is_taken_out_of_it_first(world: World, clock: Clock) -> None:
    rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    with refused("item.planned"):
        items.delete(items.get(world.study, world.items["A"].id), world.alice, clock())


def test_a_candidate_is_set_aside_and_taken_back(study: Study, alice: Account, clock: Clock) -> None:
    item = added(study, alice, clock)
    items.drop(item, alice, clock())
    assert item.state is ItemState.DROPPED
    with refused("item.wrong_state"):
        items.drop(item, alice, clock())
    items.restore(item, alice, clock())
    assert item.state is ItemState.CANDIDATE


def test_an_item_in_play_is_not_set_aside_and_a_decided_one_not_taken_back(
    world: World, clock: Clock
) -> None:
    open_round(world, clock())
    item = items.get(world.study, world.items["A"].id)
    with refused("item.wrong_state"):
        items.drop(item, world.alice, clock())
    item.state = ItemState.DROPPED
    session.flush()
    with refused("item.decided"):
        items.restore(item, world.alice, clock())


def test_items_move_between_domains_and_within_one(study: Study, alice: Account, clock: Clock) -> None:
    law, risk = (
        domains.add(study, None, DomainLevel.DOMAIN, {"en": name}, alice, clock()) for name in ("Law", "Risk")
    )
    one, two, three = (added(study, alice, clock, code, domain=law) for code in ("A", "B", "C"))
    four = added(study, alice, clock, "D", domain=risk)
    items.move(one, study, risk, alice, clock())
    assert in_order(study) == ["B", "C", "D", "A"]
    items.shift(one, study, -1)
    items.shift(two, study, -1)  # first in its domain: stays
    items.shift(four, study, 1)  # last in its domain: stays
    assert in_order(study) == ["B", "C", "A", "D"]
    items.move(three, study, None, alice, clock())
    assert in_order(study) == ["B", "A", "D", "C"]


def in_order(study: Study) -> list[str]:
    return list(session.scalars(select(Item.code).where(Item.study_id == study.id).order_by(Item.position)))


def test_the_rounds_of_an_item_and_the_wordings_they_showed(world: World, clock: Clock) -> None:
    open_round(world, clock(), ["A"])
    shown = [(one.number, number) for one, number in items.rounds_of(world.items["A"])]
    assert shown == [(1, 1)]
    assert items.rounds_of(world.items["B"]) == []
