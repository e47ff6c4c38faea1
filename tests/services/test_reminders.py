"""Reminders: to whom, in which words, how often; and the end of a round."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from delphi.db import db, session
from delphi.domain.errors import DomainError
from delphi.domain.messages import MessageKind
from delphi.domain.states import ExpertState, RoundState
from delphi.models import (
    Event,
    ItemPanel,
)
from delphi.services import outbox, progress, reminders
from delphi.services.reminders import LeftOut
from delphi.tasks.notices import give_notice
from delphi.tasks.outbox import deliver
from tests.support import surveys
from tests.support.messages import choose, part_of, rows, spread, staff
from tests.support.statements import counted
from tests.support.surveys import Survey

UNOPENED, OPENED, HALF = (
    MessageKind.REMINDER_UNOPENED,
    MessageKind.REMINDER_OPENED,
    MessageKind.REMINDER_HALF_DONE,
)


@pytest.fixture
def survey(posted, clock) -> Survey:
    """Four experts, three items; the round closes in a week."""
    return surveys.make(clock(), experts=4)


@pytest.fixture
def fay(posted, clock):
    return staff("Fay", clock())


def kinds_by_expert(survey: Survey) -> dict[int, str]:
    order = [expert.id for expert in survey.experts]
    return {order.index(row.expert_id): row.kind for row in rows()}


def test_where_each_expert_stands(survey, clock):
    spread(survey, clock())
    stands = sorted(progress.by_expert(survey.round))
    assert [(one.opened, one.answered, one.expected, one.done) for one in stands] == [
        (False, 0, 3, False),
        (True, 0, 3, False),
        (True, 1, 3, False),
        (True, 3, 3, True),
    ]
    assert progress.by_expert(survey.round, survey.chloe.id) == [stands[1]]


def test_only_items_for_an_experts_panels_are_expected(survey):
    session.add(ItemPanel(item_id=survey.items[0].id, panel_id=survey.panels["C"].id))
    session.flush()
    assert {one.expected for one in progress.by_expert(survey.round)} == {2}


def test_the_number_of_statements_does_not_grow(posted, clock):
    small, large = surveys.make(clock(), items=2, experts=2), surveys.make(clock(), items=9, experts=9)
    seen = []
    for one in (small, large):
        study, asked = one.study, one.round
        session.commit()
        session.refresh(study)
        session.refresh(asked)
        with counted(db.engine) as statements:
            reminders.due(study, asked, clock())
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 9


def test_each_not_done_gets_the_words_that_fit(survey, fay, clock):
    spread(survey, clock())
    found = reminders.due(survey.study, survey.round, clock())
    assert {kind: len(experts) for kind, experts in found.experts.items()} == {
        UNOPENED: 1,
        OPENED: 1,
        HALF: 1,
    }
    assert reminders.send(survey.study, survey.round, by=fay, now=clock()) == 3
    session.commit()
    assert kinds_by_expert(survey) == {0: UNOPENED, 1: OPENED, 2: HALF}
    told = session.scalars(select(Event).where(Event.kind == "round.reminded")).one()
    assert told.facts == {"number": 1, "count": 3}


def test_who_handed_in_left_or_declined_is_not_reminded(survey, clock):
    part_of(survey, 0).submitted_at = clock()
    survey.experts[1].state = ExpertState.DECLINED
    survey.experts[2].state = ExpertState.WITHDRAWN
    session.flush()
    found = reminders.due(survey.study, survey.round, clock())
    assert [expert.id for expert in found.experts[UNOPENED]] == [survey.experts[3].id]
    assert found.count == 1


def test_who_stopped_reminders_is_left_out_and_counted(survey, clock):
    outbox.want_reminders(survey.ben, False)
    found = reminders.due(survey.study, survey.round, clock())
    assert (found.count, found.left_out) == (3, {LeftOut.STOPPED: 1})


def test_once_a_day_at_most(survey, fay, clock):
    send = {"by": fay}
    assert reminders.send(survey.study, survey.round, now=clock(), **send) == 4
    with pytest.raises(DomainError) as refused:
        reminders.send(survey.study, survey.round, now=clock.advance(hours=23), **send)
    assert refused.value.code == "message.nobody_to_remind"
    assert reminders.due(survey.study, survey.round, clock()).left_out == {LeftOut.LATELY: 4}
    assert reminders.send(survey.study, survey.round, now=clock.advance(hours=2), **send) == 4


def test_whoever_was_invited_a_moment_ago_is_not_reminded(survey, clock):
    outbox.queue_round_invitations(survey.round, survey.experts[:1], clock())
    found = reminders.due(survey.study, survey.round, clock())
    assert (found.count, found.left_out) == (3, {LeftOut.LATELY: 1})


def test_two_at_once_remind_once(survey, fay, clock):
    """What a second request that read before the first committed comes to."""
    found = reminders.due(survey.study, survey.round, clock())
    cause = reminders._cause(survey.study, survey.round, clock())
    reminders.send(survey.study, survey.round, by=fay, now=clock())
    again = [
        outbox.queue_each(kind, who, cause, clock(), round=survey.round)
        for kind, who in found.experts.items()
    ]
    assert sum(again) == 0


def test_enough_for_this_week(survey, fay, clock):
    choose(survey.study, weekly_mails=1)
    reminders.send(survey.study, survey.round, by=fay, now=clock())
    session.commit()
    deliver()
    found = reminders.due(survey.study, survey.round, clock.advance(days=2))
    assert (found.count, found.left_out) == (0, {LeftOut.ENOUGH: 4})


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.DECIDED])
def test_nobody_is_reminded_of_a_round_that_is_over(survey, fay, clock, state):
    survey.round.state = state
    session.flush()
    with pytest.raises(DomainError):
        reminders.send(survey.study, survey.round, by=fay, now=clock())


def test_nor_past_the_closing_time(survey, clock):
    assert reminders.due(survey.study, survey.round, survey.round.closes_at).count == 0
    assert reminders.due(survey.study, survey.round, clock()).count == 4


# The end of a round.


def test_the_end_is_announced_once_to_those_not_done(survey, smtp_server, clock):
    spread(survey, clock())
    session.commit()
    give_notice()
    session.commit()
    assert rows() == []
    clock.advance(days=5)
    for _ in range(2):
        give_notice()
        session.commit()
    assert kinds_by_expert(survey) == dict.fromkeys((0, 1, 2), MessageKind.DEADLINE_NOTICE)
    deliver()
    text = smtp_server.messages[0].get_body(("plain",)).get_content()
    assert "closes soon" in text
    assert "counts, even if you do not finish" in text


def test_a_new_closing_time_is_announced_anew(survey, clock):
    clock.advance(days=5)
    give_notice()
    survey.round.closes_at += timedelta(days=7)
    session.commit()
    give_notice()
    session.commit()
    assert len(rows()) == 4
    clock.advance(days=7)
    give_notice()
    session.commit()
    assert len(rows()) == 8


def test_no_notice_where_it_is_switched_off_or_reminders_are(survey, clock):
    choose(survey.study, deadline_notice=0)
    clock.advance(days=6)
    give_notice()
    session.commit()
    assert rows() == []
    choose(survey.study, deadline_notice=2)
    outbox.want_reminders(survey.ben, False)
    session.commit()
    give_notice()
    session.commit()
    assert 0 not in kinds_by_expert(survey)
    assert len(rows()) == 3
