"""The outbox: queued once with its cause, listed by pseudonym, sent again, cancelled."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from delphi.db import bells_asked_for, session
from delphi.domain.errors import DomainError, NotFound
from delphi.models import Event, Expert, Message
from delphi.models.message import MessageState
from delphi.services import outbox
from delphi.words import message as words
from tests.support import posting


@pytest.fixture
def study(app, clock):
    return posting.make_study(clock())


@pytest.fixture
def round(study, clock):
    return posting.make_round(study, clock())


@pytest.fixture
def ben(study, clock):
    return posting.make_expert(study, clock(), "Ben", "ben@example.org")


@pytest.fixture
def chloe(study, clock):
    return posting.make_expert(study, clock(), "Chloé", "chloe@example.org", "fr")


def rows() -> list[Message]:
    return list(session.scalars(select(Message).order_by(Message.id)))


def test_a_message_holds_neither_address_nor_text(ben, clock):
    message = outbox.enqueue("link_again", once="a", now=clock(), expert=ben)
    assert message.state == MessageState.QUEUED
    assert message.study_id == ben.study_id
    assert message.due_at == clock()
    told = " ".join(str(getattr(message, column.key)) for column in Message.__table__.columns)
    assert "ben@example.org" not in told
    assert "Ben" not in told


def test_it_rings_the_bell_only_when_something_was_queued(ben, clock):
    outbox.enqueue("link_again", once="a", now=clock(), expert=ben)
    assert bells_asked_for() == {"outbox"}
    assert outbox.enqueue("link_again", once="a", now=clock(), expert=ben) is None
    assert bells_asked_for() == set()


def test_the_same_cause_queues_once(ben, clock):
    assert outbox.enqueue("link_again", once="a", now=clock(), expert=ben)
    assert outbox.enqueue("link_again", once="a", now=clock(), expert=ben) is None
    assert outbox.enqueue("link_again", once="b", now=clock(), expert=ben)
    assert len(rows()) == 2
    assert len({row.message_id for row in rows()}) == 2


def test_the_same_cause_at_two_doors_at_once_queues_once(app, ben, clock):
    expert_id, start, queued = ben.id, Barrier(2), []
    session.commit()

    def door():
        with app.app_context():
            start.wait(10)
            expert = session.get(Expert, expert_id)
            queued.append(outbox.enqueue("link_again", once="a", now=clock(), expert=expert) is not None)
            session.commit()

    threads = [Thread(target=door) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(queued) == [False, True]


def test_an_unknown_kind_is_refused_when_queued_not_when_sent(ben, clock):
    with pytest.raises(ValueError):
        outbox.enqueue("love_letter", once="a", now=clock(), expert=ben)


def test_what_is_rolled_back_is_not_queued(app, ben, clock):
    session.commit()
    outbox.enqueue("link_again", once="a", now=clock(), expert=ben)
    session.rollback()
    assert rows() == []


def test_hundreds_of_invitations_in_a_few_statements(study, round, clock, statements):
    experts = [posting.make_expert(study, clock(), f"E{n}", f"e{n}@example.org") for n in range(300)]
    session.commit()
    for expert in experts:
        session.refresh(expert)
    session.refresh(round)
    with statements() as seen:
        for expert in experts:
            expert.id  # noqa: B018 - loads what the commit above let go, as the caller would have it loaded
        loaded = len(seen)
        assert outbox.queue_round_invitations(round, experts, clock()) == 300
    assert len(seen) - loaded <= 4
    assert rows()[0].once == f"round-{round.id}-expert-{experts[0].id}"


def test_inviting_again_reaches_only_who_is_new(round, ben, chloe, clock):
    assert outbox.queue_round_invitations(round, [ben], clock()) == 1
    assert outbox.queue_round_invitations(round, [ben, chloe], clock()) == 1
    assert outbox.queue_round_invitations(round, [], clock()) == 0


def test_deliveries_are_listed_by_pseudonym_in_one_statement(round, ben, chloe, clock, statements):
    outbox.queue_round_invitations(round, [ben, chloe], clock())
    rows()[0].state = MessageState.FAILED
    rows()[0].error = "550 5.1.1 no such user"
    session.commit()
    round.id  # noqa: B018 - loaded before counting
    with statements() as seen:
        round_again = session.merge(round)
        listed = outbox.of_round(round_again)
    assert len([statement for statement in seen if "message" in statement]) == 1
    assert [(one.code, one.state) for one in listed] == [("W-0000", "failed"), ("W-0001", "queued")]
    assert listed[0].error == "550 5.1.1 no such user"
    assert [one.can_resend for one in listed] == [True, False]
    assert "@" not in repr(listed)
    assert "Ben" not in repr(listed)


def test_resending_makes_a_new_row_and_notes_who_asked(round, ben, fay, clock):
    outbox.queue_round_invitations(round, [ben], clock())
    first = rows()[0]
    first.state, first.error = MessageState.FAILED, "550 no"
    again = outbox.resend(first, by=fay, now=clock.advance(hours=1))
    assert again.id != first.id
    assert (again.kind, again.round_id, again.expert_id) == (first.kind, first.round_id, first.expert_id)
    assert (again.state, again.attempts, again.due_at) == (MessageState.QUEUED, 0, clock())
    assert again.message_id != first.message_id
    assert [(one.message_id, one.latest) for one in outbox.of_round(round)] == [
        (again.id, True),
        (first.id, False),
    ]
    event = session.scalar(select(Event).where(Event.kind == "message.resent"))
    assert event.account_id == fay.id


def test_pressing_resend_twice_sends_once(round, ben, fay, clock):
    outbox.queue_round_invitations(round, [ben], clock())
    rows()[0].state = MessageState.SENT
    assert outbox.resend(rows()[0], by=fay, now=clock())
    assert outbox.resend(rows()[0], by=fay, now=clock()) is None
    assert len(rows()) == 2


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENDING])
def test_what_still_waits_is_not_sent_again(round, ben, fay, clock, state):
    outbox.queue_round_invitations(round, [ben], clock())
    rows()[0].state = state
    with pytest.raises(DomainError) as refusal:
        outbox.resend(rows()[0], by=fay, now=clock())
    assert refusal.value.code == "message.wrong_state"
    assert words(refusal.value.code, refusal.value.params) != refusal.value.code


def test_a_message_is_found_in_its_own_study_only(round, study, ben, clock):
    outbox.queue_round_invitations(round, [ben], clock())
    other = posting.make_study(clock(), "Another")
    assert outbox.find(study, rows()[0].id) is rows()[0]
    for wrong in (lambda: outbox.find(other, rows()[0].id), lambda: outbox.find(study, 999)):
        with pytest.raises(NotFound) as refusal:
            wrong()
        assert words(refusal.value.code) != refusal.value.code


def test_cancelling_touches_what_waits_for_this_expert_only(round, ben, chloe, clock):
    outbox.queue_round_invitations(round, [ben, chloe], clock())
    outbox.enqueue("link_again", once="x", now=clock(), expert=ben).state = MessageState.SENT
    session.flush()
    assert outbox.cancel_for(ben) == 1
    session.expire_all()
    states = [row.state for row in rows()]
    assert states == [MessageState.CANCELLED, MessageState.QUEUED, MessageState.SENT]


def test_the_problem_is_told_when_no_mail_can_leave(make_app):
    with make_app(smtp_host="").app_context():
        code = outbox.problem()
        assert code == "message.no_mail_server"
        assert "DELPHI_SMTP_HOST" in words(code)


@pytest.mark.parametrize("chosen", [{"demo": "yes"}, {"smtp_host": "mail.example.org"}])
def test_no_problem_where_mail_can_leave(make_app, chosen):
    with make_app(**chosen).app_context():
        assert outbox.problem() is None
