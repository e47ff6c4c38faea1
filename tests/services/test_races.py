"""Two people, or a person and the clock, at one instant. SQLite lets one writer in at a time; PostgreSQL does not."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Role
from delphi.domain.protocols import digest
from delphi.domain.states import ExpertState, RoundState
from delphi.domain.withdrawals import Withdrawal
from delphi.models import (
    Account,
    Comment,
    Consent,
    Domain,
    Expert,
    Exposure,
    Note,
    Rating,
    Round,
    RoundItem,
    Study,
)
from delphi.models.domain import DomainLevel
from delphi.services import (
    comment_review,
    consents,
    decisions,
    domains,
    exposures,
    links,
    notes,
    protocols,
    results,
    rounds,
    staff,
    teams,
    withdrawals,
)
from tests.support import answers, studies
from tests.support.clock import Clock
from tests.support.comments import write
from tests.support.rounds import World, close, decide_all, make_world, open_round, plan_of

pytestmark = pytest.mark.postgresql

Meanwhile = Callable[[Callable[[], Any]], "Future[Any]"]


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    made = make_world(alice, fay, clock())
    session.commit()
    return made


@pytest.fixture
def meanwhile(app: Flask) -> Any:
    """Runs something in a transaction of its own; the code of a refusal, or None once it is committed."""

    def act(what: Callable[[], Any]) -> str | None:
        with app.app_context():
            try:
                what()
                session.commit()
            except DomainError as error:
                session.rollback()
                return error.code
            return None

    with ThreadPoolExecutor(1) as pool:
        yield lambda what: pool.submit(copy_context().run, act, what)


def _plan(world: World, clock: Clock, codes: str) -> int:
    plan = replace(plan_of(world, clock(), list(codes)), opens_at=clock() + timedelta(days=1))
    planned = rounds.plan(world.study, plan, by=world.fay, now=clock())
    session.commit()
    return planned.id


def _open(study_id: int, round_id: int, clock: Clock) -> None:
    rounds.open_round(session.get_one(Study, study_id), round_id, by=None, now=clock())


def test_of_two_rounds_opened_at_once_one_opens(world: World, clock: Clock, meanwhile: Meanwhile) -> None:
    decided = open_round(world, clock(), ("C",))
    decide_all(world, close(world, decided, clock()), clock())
    first, second = _plan(world, clock, "A"), _plan(world, clock, "B")
    study_id = world.study.id
    _open(study_id, first, clock)
    other = meanwhile(lambda: _open(study_id, second, clock))
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "round.another_open"


def test_a_round_does_not_open_in_a_study_that_is_being_concluded(
    world: World, clock: Clock, meanwhile: Meanwhile
) -> None:
    decided = open_round(world, clock(), ("C",))
    decide_all(world, close(world, decided, clock()), clock())
    planned, study_id = _plan(world, clock, "A"), world.study.id
    results.conclude(world.study, by=world.alice, now=clock())
    other = meanwhile(lambda: _open(study_id, planned, clock))
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "study.wrong_state"


@pytest.mark.parametrize("act", ["change", "discard", "schedule", "unschedule"])
def test_a_plan_that_opened_meanwhile_does_not_change(
    world: World, clock: Clock, meanwhile: Meanwhile, act: str
) -> None:
    planned_id, study_id = _plan(world, clock, "A"), world.study.id
    planned = rounds.get(world.study, 1)
    assert meanwhile(lambda: _open(study_id, planned_id, clock)).result(10) is None
    other_plan = [plan_of(world, clock(), ("B",))] if act == "change" else []
    with pytest.raises(DomainError) as refused:
        getattr(rounds, act)(world.study, planned, *other_plan, by=world.fay, now=clock())
    assert refused.value.code == "round.wrong_state"
    session.rollback()
    assert session.get_one(Round, planned_id).state is RoundState.OPEN
    assert session.query(RoundItem).filter_by(round_id=planned_id).one().item_id == world.items["A"].id


def test_two_plans_made_at_once_have_their_own_numbers(
    world: World, clock: Clock, meanwhile: Meanwhile
) -> None:
    study_id, fay_id = world.study.id, world.fay.id
    rounds.plan(world.study, plan_of(world, clock()), by=world.fay, now=clock())
    shorter = plan_of(world, clock(), ["A"])
    other = meanwhile(
        lambda: rounds.plan(
            session.get_one(Study, study_id), shorter, by=session.get_one(Account, fay_id), now=clock()
        )
    )
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) is None
    assert [one.number for one in rounds.of_study(session.get_one(Study, study_id))] == [1, 2]


@pytest.mark.parametrize("act", ["agree", "decline"])
def test_who_is_withdrawn_meanwhile_stays_withdrawn(
    world: World, clock: Clock, meanwhile: Meanwhile, act: str
) -> None:
    expert = world.experts["W"][0]
    expert.state = ExpertState.INVITED
    expert_id, study_id, alice_id = expert.id, world.study.id, world.alice.id
    visit = links.visit_by(links.make(expert, clock()))
    session.commit()
    assert visit is not None
    assert visit.expert.state is ExpertState.INVITED

    def withdraw() -> None:
        found, by = session.get_one(Expert, expert_id), session.get_one(Account, alice_id)
        withdrawals.withdraw(session.get_one(Study, study_id), found, Withdrawal.KEPT, by=by, now=clock())

    assert meanwhile(withdraw).result(10) is None
    answer = {
        "agree": lambda: consents.agree(visit, 1, "en", clock()),
        "decline": lambda: consents.decline(visit),
    }
    with pytest.raises(DomainError) as refused:
        answer[act]()
    assert refused.value.code == "expert.wrong_state"
    session.rollback()
    assert session.get_one(Expert, expert_id).state is ExpertState.WITHDRAWN


def test_agreeing_twice_at_once_is_agreeing_once(world: World, clock: Clock, meanwhile: Meanwhile) -> None:
    token = links.make(world.experts["W"][0], clock())
    session.commit()

    def agree() -> None:
        visit = links.visit_by(token)
        assert visit is not None
        consents.agree(visit, 1, "en", clock())

    agree()
    other = meanwhile(agree)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) is None
    assert session.query(Consent).count() == 1


def test_what_is_sealed_is_what_is_stored(alice: Account, clock: Clock, meanwhile: Meanwhile) -> None:
    study = studies.make_study(alice, clock())
    studies.make_ready(study, alice, clock())
    session.commit()
    study_id, alice_id, changed = study.id, alice.id, studies.DOCUMENT.replace("70", "80")
    read = protocols.current(study)
    assert "80" not in read.document

    def save() -> None:
        by = session.get_one(Account, alice_id)
        protocols.save_draft(session.get_one(Study, study_id), changed, by=by, now=clock())

    assert meanwhile(save).result(10) is None
    protocols.seal(study, by=alice, now=clock())
    session.commit()
    stored = protocols.current(session.get_one(Study, study_id))
    assert "80" in stored.document
    assert stored.digest == digest(stored.document)


def test_adding_somebody_to_the_team_twice_at_once_is_refused_once(
    world: World, clock: Clock, meanwhile: Meanwhile, charlie: Account
) -> None:
    study_id, alice_id = world.study.id, world.alice.id

    def add() -> None:
        by = session.get_one(Account, alice_id)
        teams.add_member(session.get_one(Study, study_id), "charlie@example.org", Role.OBSERVER, by, clock())

    add()
    other = meanwhile(add)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "team.already_there"


def test_inviting_somebody_twice_at_once_is_refused_once(
    alice: Account, clock: Clock, meanwhile: Meanwhile
) -> None:
    session.commit()
    alice_id = alice.id

    def invite() -> None:
        staff.invite("ben@example.org", "Ben", session.get_one(Account, alice_id), clock(), "en")

    invite()
    other = meanwhile(invite)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "account.address_taken"


def test_of_two_domains_of_one_name_made_at_once_one_is_made(
    world: World, clock: Clock, meanwhile: Meanwhile
) -> None:
    study_id, alice_id = world.study.id, world.alice.id

    def add() -> None:
        study, by = session.get_one(Study, study_id), session.get_one(Account, alice_id)
        domains.add(study, None, DomainLevel.DOMAIN, {"en": "Law"}, by, clock())

    add()
    other = meanwhile(add)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "domain.name_taken"
    assert session.query(Domain).count() == 1


def test_a_note_sent_twice_at_once_is_one(world: World, clock: Clock, meanwhile: Meanwhile) -> None:
    opened, token = open_round(world, clock()), _agreed(world.experts["W"][0], clock)
    round_id = opened.id

    def send() -> None:
        visit = links.visit_by(token)
        assert visit is not None
        notes.send(visit, round_id, "Too late.", clock())

    send()
    other = meanwhile(send)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) is None
    assert session.query(Note).count() == 1


def test_no_comment_is_chosen_once_the_feedback_is_fixed(
    world: World, clock: Clock, meanwhile: Meanwhile
) -> None:
    closed = open_round(world, clock(), ("A",))
    write(world, closed, "A", "W", 0, "Needed at work.", clock())
    close(world, closed, clock())
    session.commit()
    study_id, fay_id = world.study.id, world.fay.id

    def choose() -> None:
        study, by = session.get_one(Study, study_id), session.get_one(Account, fay_id)
        comment_review.add_to_feedback(study, 1, [1], 1, by=by, now=clock())

    decisions.confirm(world.study, closed.id, [world.items["A"].id], by=world.fay, now=clock())
    decisions.finish(world.study, closed.id, by=world.fay, now=clock())
    other = meanwhile(choose)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "round.wrong_state"
    assert session.query(Comment).one().chosen is False


def test_of_two_closings_at_once_one_closes(world: World, clock: Clock, meanwhile: Meanwhile) -> None:
    opened = open_round(world, clock(), ("A",))
    session.commit()
    study_id, round_id = world.study.id, opened.id
    close(world, opened, clock())
    other = meanwhile(lambda: rounds.close(session.get_one(Study, study_id), round_id, by=None, now=clock()))
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) == "round.wrong_state"


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_an_answer_on_its_way_is_kept_cut_or_deleted_with_the_others(
    world: World, clock: Clock, meanwhile: Meanwhile, choice: Withdrawal
) -> None:
    """The withdrawal waits for it."""
    opened, expert = open_round(world, clock()), world.experts["W"][0]
    visit = links.visit_by(_agreed(expert, clock))
    assert visit is not None
    expert_id, study_id = expert.id, world.study.id
    answers.rate(visit, opened.id, world.items["A"].id, "importance", 7, False, clock())
    leaving = meanwhile(lambda: _leave(study_id, expert_id, choice, clock))
    with pytest.raises(TimeoutError):
        leaving.result(1)
    session.commit()
    assert leaving.result(10) is None
    owners = list(session.scalars(select(Rating.expert_id)))
    assert len(owners) == (0 if choice is Withdrawal.DELETED else 1)
    assert (expert_id in owners) is (choice is Withdrawal.KEPT)


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_nothing_is_saved_for_who_left_a_moment_ago(
    world: World, clock: Clock, meanwhile: Meanwhile, choice: Withdrawal
) -> None:
    opened, expert = open_round(world, clock()), world.experts["W"][0]
    token, round_id, item_id = _agreed(expert, clock), opened.id, world.items["A"].id

    def save() -> None:
        visit = links.visit_by(token)
        assert visit is not None
        answers.rate(visit, round_id, item_id, "importance", 7, False, clock())

    _leave(world.study.id, expert.id, choice, clock)
    saving = meanwhile(save)
    with pytest.raises(TimeoutError):
        saving.result(1)
    session.commit()
    assert saving.result(10) == "link.session_ended"
    assert list(session.scalars(select(Rating))) == []


@pytest.mark.parametrize("choice", [Withdrawal.UNLINKED, Withdrawal.DELETED])
@pytest.mark.parametrize("leaves_first", [True, False])
def test_no_card_on_screen_is_noted_with_answers_cut_from_their_author(
    world: World, clock: Clock, meanwhile: Meanwhile, choice: Withdrawal, leaves_first: bool
) -> None:
    opened, expert = open_round(world, clock()), world.experts["W"][0]
    token, study_id, expert_id = _agreed(expert, clock), world.study.id, expert.id
    round_id, item_id = opened.id, world.items["A"].id
    visit = links.visit_by(token)
    assert visit is not None
    session.commit()

    def leave() -> None:
        _leave(study_id, expert_id, choice, clock)

    def look() -> None:
        exposures.record(visit, round_id, [item_id], "en", clock())

    first, second = (leave, look) if leaves_first else (look, leave)
    first()
    other = meanwhile(second)
    with pytest.raises(TimeoutError):
        other.result(1)
    session.commit()
    assert other.result(10) is None
    assert session.query(Exposure).count() == 0


def _leave(study_id: int, expert_id: int, choice: Withdrawal, clock: Clock) -> None:
    study, expert = session.get_one(Study, study_id), session.get_one(Expert, expert_id)
    withdrawals.withdraw(study, expert, choice, by=None, now=clock())


def _agreed(expert: Expert, clock: Clock) -> str:
    """A link of an expert who has agreed to take part."""
    token = links.make(expert, clock())
    visit = links.visit_by(token)
    assert visit is not None
    consents.agree(visit, 1, "en", clock())
    session.commit()
    return token
