"""Where everyone asked in a round stands, counted and over time; and who joined late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from delphi.db import db, session
from delphi.domain.errors import DomainError
from delphi.domain.messages import MessageKind
from delphi.domain.standing import Stage
from delphi.domain.states import ExpertState, Invited
from delphi.models import Message
from delphi.models.message import MessageState
from delphi.services import late, outbox, progress, standing
from tests.support import surveys
from tests.support.messages import part_of, queue, rows, spread
from tests.support.statements import counted
from tests.support.studies import add_experts


@pytest.fixture
def survey(app, clock):
    return surveys.make(clock(), experts=4)


def stands(asked):
    return standing.of_round(asked, progress.by_expert(asked), outbox.of_round(asked))


def mailed(survey, number, state, clock):
    queue(survey, MessageKind.ROUND_INVITATION, number, clock())
    message = rows()[-1]
    message.state, message.sent_at = state, clock() if state is MessageState.SENT else None
    session.commit()


def test_every_step_counts_whoever_is_further(survey, clock):
    spread(survey, clock())
    mailed(survey, 0, MessageState.SENT, clock)
    mailed(survey, 1, MessageState.FAILED, clock)
    found = stands(survey.round)
    assert [one.stage for one in found] == [Stage.UNOPENED, Stage.OPENED, Stage.BEGUN, Stage.COMPLETED]
    counts = standing.counted(found)
    assert counts._asdict() == {
        "asked": 4, "delivered": 1, "bounced": 1, "opened": 3, "consented": 4,
        "begun": 2, "half_done": 1, "completed": 1, "declined": 0,
    }  # fmt: skip


def test_a_message_that_arrives_after_all_is_no_bounce_any_more(survey, clock):
    mailed(survey, 0, MessageState.FAILED, clock)
    clock.advance(hours=1)
    mailed(survey, 0, MessageState.SENT, clock)
    one = stands(survey.round)[0]
    assert (one.written.bounced, one.written.at) == (False, clock())


def test_who_declined_or_left_is_told_apart(survey):
    survey.experts[1].state = ExpertState.DECLINED
    survey.experts[2].state = ExpertState.WITHDRAWN
    session.flush()
    assert standing.counted(stands(survey.round)).declined == 2


def test_over_time_against_the_round_before(survey, clock):
    start = clock()
    part_of(survey, 0).opened_at = start + timedelta(hours=2)
    part_of(survey, 1).opened_at = start + timedelta(hours=30)
    part_of(survey, 1).submitted_at = start + timedelta(hours=31)
    spread(survey, start + timedelta(hours=3))
    later = surveys.open_round(
        survey.study, 2, survey.items, [survey.panels["W"]], survey.experts, clock.advance(days=9)
    )
    survey.round.closed_at = start + timedelta(days=3)
    session.flush()
    second, first = standing.over_time([later, survey.round], clock())
    assert (second.asked, second.days) == (4, [standing.Day(1, 0, 0, 0)])
    assert [day.number for day in first.days] == [1, 2, 3]
    assert [day.begun for day in first.days] == [2, 2, 2]
    assert [day.submitted for day in first.days] == [0, 1, 1]


def test_the_number_of_statements_does_not_grow(app, clock):
    seen = []
    for experts in (2, 9):
        asked = surveys.make(clock(), experts=experts).round
        session.commit()
        session.refresh(asked)
        with counted(db.engine) as statements:
            standing.counted(stands(asked))
            standing.over_time([asked], clock())
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 10


# Experts who join late.


def test_all_who_joined_late_are_asked_at_once_and_once(survey, alice, clock):
    new = add_experts(survey.study, survey.panels["W"], 3, clock())
    new[0].state = ExpertState.DECLINED
    session.flush()
    assert late.of_round(survey.round, clock()) == sorted(new[1:], key=lambda one: one.code)
    assert late.ask(survey.study, survey.round.id, shown=2, by=alice, now=clock()) == 2
    assert late.of_round(survey.round, clock()) == []
    assert late.ask(survey.study, survey.round.id, shown=0, by=alice, now=clock()) == 0
    assert [row.kind for row in rows_of(new[1:])] == ["round_invitation"] * 2


def rows_of(experts) -> list[Message]:
    ids = [one.id for one in experts]
    session.flush()
    return [row for row in session.query(Message) if row.expert_id in ids]


def test_as_many_as_were_shown_or_nobody(survey, alice, clock):
    add_experts(survey.study, survey.panels["W"], 3, clock())
    with pytest.raises(DomainError) as refused:
        late.ask(survey.study, survey.round.id, shown=2, by=alice, now=clock())
    assert refused.value.code == "round.late_changed"


def test_panels_that_are_not_asked_bring_nobody(survey, clock):
    add_experts(survey.study, survey.panels["C"], 3, clock())
    assert late.of_round(survey.round, clock()) == []


def test_a_round_for_those_who_answered_before_takes_no_newcomer(survey, clock):
    add_experts(survey.study, survey.panels["W"], 1, clock())
    survey.round.invited = Invited.RESPONDENTS
    session.flush()
    assert late.of_round(survey.round, clock()) == []


def test_nor_does_one_past_its_end(survey, alice, clock):
    add_experts(survey.study, survey.panels["W"], 1, clock())
    clock.advance(days=8)
    assert late.of_round(survey.round, clock()) == []
    with pytest.raises(DomainError) as refused:
        late.ask(survey.study, survey.round.id, shown=1, by=alice, now=clock())
    assert refused.value.code == "round.wrong_state"
