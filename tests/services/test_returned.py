"""A mail that came back counts as bounced instead of delivered, and may be sent again."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from delphi.db import session
from delphi.models import Account, Event, Message, Round
from delphi.models.message import MessageState
from delphi.services import outbox, progress, returned, standing
from delphi.services.standing import Counts
from tests.support.clock import Clock
from tests.support.reports_of_mail import report
from tests.support.rounds import World, make_world, open_round


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock())


@pytest.fixture
def opened(world: World, clock: Clock) -> Round:
    """Every invitation has left."""
    made = open_round(world, clock())
    session.execute(update(Message).values(state=MessageState.SENT, sent_at=clock()))
    return made


def counts(opened: Round) -> Counts:
    everyone = standing.of_round(opened, progress.by_expert(opened), outbox.of_round(opened))
    return standing.counted(everyone)


def invitation(world: World) -> Message:
    expert = world.experts["W"][0]
    return session.scalars(select(Message).where(Message.expert_id == expert.id)).one()


def test_it_is_taken_off_the_delivered(world: World, opened: Round, clock: Clock) -> None:
    assert (counts(opened).delivered, counts(opened).bounced) == (17, 0)
    assert returned.by_report(report(invitation(world).message_id), clock())
    assert (counts(opened).delivered, counts(opened).bounced) == (16, 1)
    session.refresh(invitation(world))
    assert invitation(world).error.startswith("550 5.1.1")
    assert "quill" not in invitation(world).error


def test_the_same_report_twice_is_noted_once(world: World, opened: Round, clock: Clock) -> None:
    mail = report(invitation(world).message_id)
    assert [returned.by_report(mail, clock()) for _ in range(2)] == [True, False]
    assert len(session.scalars(select(Event).where(Event.kind == "message.came_back")).all()) == 1


def test_what_is_sent_again_counts_anew(world: World, opened: Round, clock: Clock) -> None:
    returned.by_report(report(invitation(world).message_id), clock())
    session.refresh(invitation(world))
    again = outbox.resend(invitation(world), by=world.fay, now=clock())
    assert again is not None
    again.state, again.sent_at = MessageState.SENT, clock()
    session.flush()
    assert (counts(opened).delivered, counts(opened).bounced) == (17, 0)


@pytest.mark.parametrize("mail", [report("<another@example.org>"), b"Hello"])
def test_what_is_no_report_on_a_message_of_ours_changes_nothing(
    world: World, opened: Round, clock: Clock, mail: bytes
) -> None:
    assert not returned.by_report(mail, clock())
    assert counts(opened).delivered == 17


def test_a_message_that_still_waits_stays(world: World, clock: Clock) -> None:
    open_round(world, clock())
    assert not returned.by_report(report(invitation(world).message_id), clock())
    assert invitation(world).state is MessageState.QUEUED
