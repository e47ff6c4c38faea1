"""Composing a round: who is asked, how long it takes, what experts will see, and what it would settle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import Invited
from delphi.models import Account, Feedback, Participation, Round
from delphi.services import feedback_previews, invitees, outlooks, round_items, rounds
from tests.support import studies
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, plan_of, rate

SPLIT = {"W": [9, 9, 8, 8, 5, 4], "C": [9, 8, 3, 2, 2], "M": [9, 5]}


@pytest.fixture
def world(app: Flask, alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def first(world: World, clock: Clock) -> Round:
    """Six of eight, five of six and two of three answered."""
    opened = open_round(world, clock(), ("A", "B"))
    clock.advance(days=3)
    rate(world, opened, "A", SPLIT, clock())
    rate(world, opened, "B", {"W": [9] * 6, "C": [9] * 5, "M": [9, 9]}, clock())
    return close(world, opened, clock())


def plan(world: World, clock: Clock, invited: Invited, codes: tuple[str, ...] = ("A",)) -> Round:
    wanted = replace(plan_of(world, clock(), codes), invited=invited)
    return rounds.plan(world.study, wanted, by=world.fay, now=clock())


def asked(opened: Round) -> int:
    return session.query(Participation).filter_by(round_id=opened.id).count()


@pytest.mark.parametrize(("invited", "number"), [(Invited.EVERYONE, 17), (Invited.RESPONDENTS, 13)])
def test_who_is_counted_is_who_is_asked(
    world: World, first: Round, clock: Clock, invited: Invited, number: int
) -> None:
    decide_all(world, first, clock())
    planned = plan(world, clock, invited)
    counted = invitees.count(world.study, [one.panel_id for one in planned.panels], planned)
    opened = rounds.open_round(world.study, planned.id, by=world.fay, now=clock())
    assert counted.before == 1
    assert (counted.total.everyone, counted.total.respondents) == (17, 13)
    assert asked(opened) == number
    assert {counted.panels[panel.id] for panel in world.panels.values()} == {(8, 6), (6, 5), (3, 2)}


def test_a_first_round_asks_everyone_whatever_was_chosen(world: World, clock: Clock) -> None:
    planned = plan(world, clock, Invited.RESPONDENTS)
    opened = rounds.open_round(world.study, planned.id, by=world.fay, now=clock())
    assert asked(opened) == 17


def test_minutes_are_those_of_the_items_each_panel_is_asked(world: World, clock: Clock) -> None:
    items = [item.id for item in world.items.values()]
    panels = [panel.id for panel in world.panels.values()]
    limits = round_items.of(world.study).limits(items)
    assert invitees.limits(plan(world, clock, Invited.EVERYONE, ("A", "B", "C"))) == limits
    found = invitees.effort(world.study, limits, panels)
    assert found.items == dict(zip(panels, (3, 2, 2), strict=True))
    assert found.minutes == dict.fromkeys(panels, 1)
    assert found.seconds == 20


def test_what_can_be_asked_comes_with_what_was_said_of_it(world: World, first: Round, clock: Clock) -> None:
    decide_all(world, first, clock())
    choice = round_items.of(world.study)
    found = {one.item.code: one for one in choice.items}
    assert set(found) == {"A", "C"}
    assert (found["A"].verdict, found["A"].last, found["A"].asked) == ("re-rate", "re-rate", 1)
    assert not found["A"].reworded
    assert (found["C"].verdict, found["C"].asked) == (None, None)
    assert choice.settled == {"promoted": 1}


def test_a_new_wording_is_marked(world: World, first: Round, clock: Clock) -> None:
    from delphi.models import Wording, WordingText

    decide_all(world, first, clock())
    texts = [WordingText(language="en", title="Knows the new law"), WordingText(language="fr", title="Sait")]
    session.add(Wording(item_id=world.items["A"].id, number=2, created_at=clock(), texts=texts))
    session.flush()
    (found,) = [one for one in round_items.of(world.study).items if one.item.code == "A"]
    assert found.reworded
    (card,) = feedback_previews.cards(world.study, first)
    assert card.previous is not None
    assert card.previous.wording is not None
    assert card.previous.wording.number == 1
    assert card.wording.number == 2


def test_the_preview_is_what_is_frozen_then(world: World, first: Round, clock: Clock) -> None:
    before = {card.item_id: card.previous for card in feedback_previews.cards(world.study, first)}
    decide_all(world, first, clock())
    after = feedback_previews.cards(world.study, first)
    assert [card.item_id for card in after] == [world.items["A"].id]
    frozen = session.get_one(Feedback, (first.id, world.items["A"].id)).content
    told, was = after[0].previous, before[world.items["A"].id]
    assert told is not None
    assert was is not None
    assert told.feedback == was.feedback == frozen


def test_no_preview_before_closing(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    with pytest.raises(DomainError, match="not_closed"):
        feedback_previews.cards(world.study, opened)
    with pytest.raises(DomainError, match="not_closed"):
        outlooks.of_round(opened)


def test_after_a_first_round_nothing_is_expected_yet(world: World, first: Round) -> None:
    found = outlooks.of_round(first)
    assert (found.stop, found.reasons) == (False, ("first_round",))
    assert found.expected is None
    assert found.statuses == {"decided": 1, "first": 1}


def test_after_a_second_round_it_is_said_what_a_third_would_settle(
    world: World, first: Round, clock: Clock
) -> None:
    decide_all(world, first, clock())
    second = open_round(world, clock(), ("A", "C"))
    clock.advance(days=3)
    rate(world, second, "A", {"W": [9, 9, 9, 9, 7, 6], "C": [9, 9, 8, 6, 6], "M": [9, 7]}, clock())
    rate(world, second, "C", {"W": [9, 5, 1, 5, 9, 1]}, clock())
    close(world, second, clock())
    found = outlooks.of_round(second)
    assert found == outlooks.of_round(second)
    assert found.dropout == 0
    assert found.expected is not None
    assert found.expected > 0
    assert sum(found.statuses.values()) == 2
    assert {code for codes in found.chances.values() for code in codes} <= {"A", "C"}


def test_the_last_round_of_the_protocol_recommends_stopping(
    alice: Account, fay: Account, clock: Clock
) -> None:
    limited = make_world(
        alice, fay, clock(), document=studies.DOCUMENT + "\n[stopping]\nmaximum_rounds = 1\n"
    )
    opened = open_round(limited, clock(), ("A",))
    rate(limited, opened, "A", SPLIT, clock())
    found = outlooks.of_round(close(limited, opened, clock()))
    assert (found.stop, found.reasons) == (True, ("no_rounds_left",))
