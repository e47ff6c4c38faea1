"""Reminders at stated times: planned, cancelled, claimed once, and looked at again when they are due."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ExpertState, RoundState
from delphi.models import Account, Event, Message, PlannedReminder
from delphi.services import outbox, planned_reminders, rounds
from delphi.tasks.outbox import deliver
from delphi.tasks.reminders import remind
from tests.support import surveys
from tests.support.messages import choose, part_of, rows, spread, staff
from tests.support.surveys import Survey


@pytest.fixture
def survey(posted, clock) -> Survey:
    """Four experts, three items; the round closes in a week."""
    return surveys.make(clock(), experts=4)


@pytest.fixture
def fay(posted, clock):
    return staff("Fay", clock())


def plan(survey: Survey, fay: Account, clock, *days: int) -> int:
    times = [clock() + timedelta(days=one) for one in days]
    return planned_reminders.plan(survey.study, survey.round, times, by=fay, now=clock())


def planned(survey: Survey) -> list[PlannedReminder]:
    session.expire_all()
    return planned_reminders.of_round(survey.round)


def test_when_it_is_due_those_not_done_are_reminded_once(survey, fay, smtp_server, clock):
    spread(survey, clock())
    assert plan(survey, fay, clock, 2, 5) == 2
    session.commit()
    remind()
    assert rows() == []
    clock.advance(days=2)
    for _ in range(2):
        remind()
        session.commit()
    deliver()
    assert sorted(smtp_server.recipients) == [f"expert{n}@example.org" for n in range(3)]
    first, second = planned(survey)
    assert (first.done_at, first.count, second.done_at) == (clock(), 3, None)
    kinds = [row.kind for row in session.scalars(select(Event).order_by(Event.id))]
    assert kinds == ["reminder.planned", "round.reminded"]


def test_planning_the_same_time_twice_plans_it_once(survey, fay, clock):
    assert plan(survey, fay, clock, 2, 2) == 1
    assert plan(survey, fay, clock, 2, 3) == 1
    assert len(planned(survey)) == 2


@pytest.mark.parametrize(("days", "code"), [(0, "in_past"), (7, "after_closing"), (9, "after_closing")])
def test_times_without_anybody_to_remind_are_refused(survey, fay, clock, days, code):
    with pytest.raises(DomainError) as refused:
        plan(survey, fay, clock, 1, days)
    assert refused.value.code == f"reminder.{code}"


def test_so_many_and_no_more(survey, fay, clock):
    times = [clock() + timedelta(hours=one) for one in range(1, 22)]
    with pytest.raises(DomainError) as refused:
        planned_reminders.plan(survey.study, survey.round, times, by=fay, now=clock())
    assert refused.value.code == "reminder.too_many"


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.DECIDED])
def test_a_round_that_is_over_is_not_planned_for(survey, fay, clock, state):
    survey.round.state = state
    session.flush()
    with pytest.raises(DomainError) as refused:
        plan(survey, fay, clock, 2)
    assert refused.value.code == "round.wrong_state"


def test_a_cancelled_one_is_not_sent_and_cancelling_twice_does_no_harm(survey, fay, clock):
    plan(survey, fay, clock, 2)
    (one,) = planned(survey)
    about = (survey.study, survey.round, one)
    assert planned_reminders.cancel(*about, by=fay, now=clock())
    assert not planned_reminders.cancel(*about, by=fay, now=clock())
    session.commit()
    clock.advance(days=3)
    remind()
    assert rows() == []
    other = surveys.make(clock())
    with pytest.raises(NotFound):
        planned_reminders.get(other.study, one.id)


def test_closing_cancels_and_extending_keeps_the_stated_time(survey, fay, clock):
    plan(survey, fay, clock, 2)
    before = planned(survey)[0].due_at
    rounds.extend(survey.study, survey.round.id, clock() + timedelta(days=20), by=fay, now=clock())
    assert planned(survey)[0].due_at == before
    rounds.close(survey.study, survey.round.id, by=fay, now=clock())
    assert planned(survey)[0].cancelled_at == clock()


@pytest.mark.parametrize("opened", [False, True])
def test_one_that_is_due_while_no_answers_are_taken_reminds_nobody(survey, fay, clock, opened):
    plan(survey, fay, clock, 2)
    survey.round.state = RoundState.OPEN if opened else RoundState.SCHEDULED
    if opened:  # past its closing time, which no worker has seen yet
        survey.round.closes_at = clock() + timedelta(days=1)
    session.commit()
    clock.advance(days=2)
    remind()
    session.commit()
    assert rows() == []
    assert planned(survey)[0].cancelled_at == clock()


def test_what_was_planned_twice_for_one_day_reminds_once(survey, fay, clock):
    plan(survey, fay, clock, 2)
    times = [clock() + timedelta(days=2, hours=1)]
    planned_reminders.plan(survey.study, survey.round, times, by=fay, now=clock())
    session.commit()
    clock.advance(days=2, hours=2)
    remind()
    session.commit()
    assert len(rows()) == 4
    assert [one.count for one in planned(survey)] == [4, 0]


def test_everything_is_looked_at_again_when_it_leaves(survey, fay, smtp_server, clock):
    """Planned for four: one finishes, one stops reminders, one leaves before the mail goes out."""
    plan(survey, fay, clock, 2)
    session.commit()
    clock.advance(days=2)
    remind()
    session.commit()
    part_of(survey, 0).submitted_at = clock()
    outbox.want_reminders(survey.chloe, False)
    survey.experts[2].state = ExpertState.DECLINED
    session.commit()
    deliver()
    assert smtp_server.recipients == ["expert3@example.org"]
    assert sorted(row.reason for row in rows()) == ["", "done", "left", "stopped"]


def test_caps_hold_when_it_is_due(survey, fay, smtp_server, clock):
    choose(survey.study, weekly_mails=1)
    plan(survey, fay, clock, 1, 3)
    session.commit()
    for _ in range(3):
        clock.advance(days=1)
        remind()
        session.commit()
        deliver()
    assert [one.count for one in planned(survey)] == [4, 0]
    assert len(smtp_server.recipients) == 4


def test_quiet_hours_hold_when_it_is_due(survey, fay, smtp_server, clock):
    plan(survey, fay, clock, 2)
    clock.advance(days=2)
    hour = clock().astimezone(ZoneInfo(survey.study.time_zone)).hour
    choose(survey.study, quiet_from=hour, quiet_until=(hour + 2) % 24)
    session.commit()
    remind()
    session.commit()
    deliver()
    assert smtp_server.recipients == []
    assert {row.reason for row in rows()} == {"quiet_hours"}
    clock.advance(hours=2)
    deliver()
    assert len(smtp_server.recipients) == 4


def test_two_workers_at_once_claim_it_once(posted, survey, fay, smtp_server, clock):
    plan(survey, fay, clock, 2)
    session.commit()
    clock.advance(days=2)
    start = Barrier(2)

    def worker():
        with posted.app_context():
            start.wait(10)
            remind()
            session.commit()

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(rows()) == 4
    assert session.scalars(select(Event.kind).where(Event.kind == "round.reminded")).all() == [
        "round.reminded"
    ]
    assert planned(survey)[0].count == 4
    assert session.scalars(select(Message.kind).distinct()).all() == ["reminder_unopened"]
