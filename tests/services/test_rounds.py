from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, RoundState
from delphi.models import Account, Expert, Message, Participation, Round, Wording, WordingText
from delphi.services import outbox, rounds
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, plan_of, rate


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


def refusal(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def test_a_plan_sends_nothing(world: World, clock: Clock) -> None:
    planned = rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    assert (planned.number, planned.state) == (1, RoundState.DRAFT)
    assert [row.item_id for row in planned.items] == [world.items[code].id for code in "ABC"]
    assert session.scalar(select(func.count(Message.id))) == 0


def test_opening_asks_everyone_once_and_fixes_what_is_asked(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    assert opened.state is RoundState.OPEN
    assert session.scalar(select(func.count(Participation.id))) == 17
    assert session.scalar(select(func.count(Message.id))) == 17
    assert all(row.wording_id for row in opened.items)
    assert {item.state for item in world.items.values()} == {ItemState.IN_PLAY}
    assert opened.protocol_id is not None


def test_opening_twice_is_refused(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    with refusal("round.wrong_state"):
        rounds.open_round(world.study, opened.id, by=world.fay, now=clock())


def test_those_who_declined_or_withdrew_are_not_asked(world: World, clock: Clock) -> None:
    world.experts["W"][0].state = world.experts["W"][1].state = "withdrawn"  # type: ignore[assignment]
    world.experts["C"][0].state = "declined"  # type: ignore[assignment]
    open_round(world, clock())
    assert session.scalar(select(func.count(Participation.id))) == 14


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"item_ids": []}, "round.no_items"),
        ({"panel_ids": []}, "round.no_panels"),
        ({"closes_at": None}, "round.no_closing_time"),
    ],
)
def test_an_incomplete_plan_does_not_open(
    world: World, clock: Clock, change: dict[str, object], code: str
) -> None:
    plan = rounds.Plan(**{**vars(plan_of(world, clock())), **change})
    planned = rounds.plan(world.study, plan, by=world.fay, now=clock())
    with refusal(code):
        rounds.open_round(world.study, planned.id, by=world.fay, now=clock())


def test_a_closing_time_that_passed_meanwhile_does_not_open(world: World, clock: Clock) -> None:
    planned = rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    with refusal("round.closes_in_past"):
        rounds.open_round(world.study, planned.id, by=world.fay, now=clock.advance(days=8))


def test_another_study_s_items_are_refused(world: World, alice: Account, fay: Account, clock: Clock) -> None:
    other = make_world(alice, fay, clock())
    with refusal("round.unknown_item"):
        rounds.plan(world.study, plan_of(other, clock()), by=world.fay, now=clock())


def test_a_draft_can_be_changed_and_thrown_away_and_an_open_round_not(world: World, clock: Clock) -> None:
    planned = rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    rounds.change(world.study, planned, plan_of(world, clock(), codes=("B",)), by=world.fay, now=clock())
    assert [row.item_id for row in planned.items] == [world.items["B"].id]
    rounds.discard(world.study, planned, by=world.fay, now=clock())
    session.flush()
    with pytest.raises(NotFound):
        rounds.get(world.study, 1)
    opened = open_round(world, clock())
    with refusal("round.wrong_state"):
        rounds.discard(world.study, opened, by=world.fay, now=clock())
    with refusal("round.wrong_state"):
        rounds.change(world.study, opened, plan_of(world, clock()), by=world.fay, now=clock())


def test_a_second_round_waits_until_the_first_is_decided(world: World, clock: Clock) -> None:
    first = open_round(world, clock())
    second = rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    with refusal("round.another_open"):
        rounds.open_round(world.study, second.id, by=world.fay, now=clock())
    close(world, first, clock())
    with refusal("round.undecided"):
        rounds.open_round(world.study, second.id, by=world.fay, now=clock())


def test_settled_items_are_not_asked_again(world: World, clock: Clock) -> None:
    first = open_round(world, clock())
    rate(world, first, "A", {"W": [9] * 8, "C": [9] * 6, "M": [9] * 3}, clock())
    close(world, first, clock())
    second = rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    decide_all(world, first, clock())
    assert world.items["A"].state is ItemState.PROMOTED
    with refusal("round.settled_items"):
        rounds.open_round(world.study, second.id, by=world.fay, now=clock())


def test_previous_is_the_last_round_the_item_was_rated_in(world: World, clock: Clock) -> None:
    first = open_round(world, clock(), codes=("A",))
    rate(world, first, "A", {"W": [9, 1]}, clock())
    close(world, first, clock())
    decide_all(world, first, clock.advance(days=1))
    second = open_round(world, clock(), codes=("B",))
    close(world, second, clock())
    decide_all(world, second, clock.advance(days=1))
    third = open_round(world, clock(), codes=("A", "B"))
    previous = {row.item_id: row.previous_round_id for row in third.items}
    assert previous == {world.items["A"].id: first.id, world.items["B"].id: None}


def test_a_later_wording_does_not_touch_an_open_round(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    before = {row.item_id: row.wording_id for row in opened.items}
    texts = [WordingText(language="en", title="Other")]
    session.add(Wording(item_id=world.items["A"].id, number=2, created_at=clock(), texts=texts))
    session.flush()
    session.refresh(opened)
    assert {row.item_id: row.wording_id for row in opened.items} == before


def test_the_clock_opens_and_closes_on_schedule(world: World, clock: Clock) -> None:
    plan = rounds.Plan(**{**vars(plan_of(world, clock())), "opens_at": clock() + timedelta(days=1)})
    planned = rounds.plan(world.study, plan, by=world.fay, now=clock())
    rounds.schedule(world.study, planned, by=world.fay, now=clock())
    assert rounds.due(clock()) == []
    assert rounds.due(clock.advance(days=1)) == [(planned.id, "open")]
    rounds.obey_clock(planned.id, now=clock())
    assert planned.state is RoundState.OPEN
    assert rounds.due(clock.advance(days=6)) == [(planned.id, "close")]
    rounds.obey_clock(planned.id, now=clock())
    rounds.obey_clock(planned.id, now=clock())  # a second worker comes late
    assert planned.state is RoundState.CLOSED


def test_a_scheduled_round_that_cannot_open_goes_back_to_draft(world: World, clock: Clock) -> None:
    plan = rounds.Plan(**{**vars(plan_of(world, clock(), codes=())), "opens_at": clock() + timedelta(days=1)})
    planned = rounds.plan(world.study, plan, by=world.fay, now=clock())
    rounds.schedule(world.study, planned, by=world.fay, now=clock())
    with refusal("round.no_items"):
        rounds.obey_clock(planned.id, now=clock.advance(days=1))
    session.refresh(planned)
    planned.state = RoundState.SCHEDULED
    rounds.put_back(planned.id, code="round.no_items", now=clock())
    assert planned.state is RoundState.DRAFT


def test_extending_moves_the_closing_time_forward_only_from_now(world: World, clock: Clock) -> None:
    opened = open_round(world, clock())
    later = clock() + timedelta(days=20)
    rounds.extend(world.study, opened.id, later, by=world.fay, now=clock())
    assert opened.closes_at == later
    with refusal("round.closes_in_past"):
        rounds.extend(world.study, opened.id, clock() - timedelta(days=1), by=world.fay, now=clock())


def test_an_expert_who_joins_late_is_asked_once(world: World, clock: Clock) -> None:
    from tests.support.studies import add_experts

    opened = open_round(world, clock())
    late = add_experts(world.study, world.panels["W"], 1, clock(), language="fr")[0]
    assert rounds.ask_late(opened, late, now=clock())
    assert not rounds.ask_late(opened, late, now=clock())
    assert len([one for one in outbox.of_round(opened) if one.expert_id == late.id]) == 1


def test_a_number_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        rounds.get(world.study, 7)


def test_rounds_of_others_are_left_alone(world: World, alice: Account, fay: Account, clock: Clock) -> None:
    open_round(world, clock())
    other = make_world(alice, fay, clock())
    assert rounds.of_study(other.study) == []
    assert rounds.current_open(world.study.id) is not None
    assert rounds.current_open(other.study.id) is None
    assert session.scalar(select(func.count(Expert.id))) == 34
    assert session.scalar(select(func.count(Round.id))) == 1
