"""The confirmation of a withdrawal: it arrives although the contact is erased, and its address is not kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.withdrawals import Withdrawal
from delphi.models import Contact, Farewell, Message
from delphi.models.message import MessageState
from delphi.services import farewells, outbox, withdrawals
from delphi.tasks.notices import give_notice
from delphi.tasks.outbox import deliver
from tests.support import surveys


@pytest.fixture
def survey(posted, clock):
    return surveys.make(clock())


def leave(survey, clock, choice: Withdrawal = Withdrawal.UNLINKED) -> None:
    withdrawals.withdraw(survey.study, survey.ben, choice, by=None, now=clock())
    session.commit()


def kept() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Farewell))


def only() -> Message:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Message)).one()


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_it_arrives_whatever_was_chosen_and_the_address_is_gone(survey, smtp_server, clock, choice):
    leave(survey, clock, choice)
    assert kept() == 1
    deliver()
    assert smtp_server.recipients == ["expert0@example.org"]
    text = smtp_server.messages[0].get_body(("plain",)).get_content()
    assert "You have withdrawn from this study." in text
    assert "as you chose" in text
    assert "/i/" not in text
    assert "/u/" not in text
    assert kept() == 0


def test_the_message_names_no_expert(survey, clock):
    leave(survey, clock)
    row = only()
    assert row.expert_id is None
    assert row.account_id is None
    assert str(survey.ben.id) not in row.once.split("-")
    assert session.get(Contact, survey.ben.id) is None


def test_in_the_language_the_expert_had(survey, smtp_server, clock):
    survey.ben.language = "fr"
    leave(survey, clock)
    deliver()
    assert '<html lang="fr">' in smtp_server.messages[0].get_body(("html",)).get_content()


def test_the_address_is_kept_while_it_is_tried_again_and_gone_once_refused(survey, smtp_server, clock):
    leave(survey, clock)
    smtp_server.answer_next("451 later")
    deliver()
    assert kept() == 1
    smtp_server.refuse("expert0@example.org", "550 5.1.1 no such user")
    clock.advance(minutes=1)
    deliver()
    assert only().state is MessageState.FAILED
    assert kept() == 0


def test_a_server_that_takes_nothing_for_days_costs_the_message(survey, smtp_server, clock):
    leave(survey, clock)
    smtp_server.answer_next("530 5.7.0 Authentication required")
    deliver()
    clock.advance(days=2, hours=23)
    give_notice()
    session.commit()
    assert kept() == 1
    clock.advance(hours=1)
    give_notice()
    session.commit()
    assert kept() == 0
    assert only().state is MessageState.CANCELLED
    clock.advance(hours=1)
    deliver()
    assert smtp_server.messages == []


def test_one_that_is_being_sent_just_then_is_not_sent_again(survey, smtp_server, clock):
    leave(survey, clock)
    only().state = MessageState.SENDING
    session.commit()
    farewells.forget(clock() + timedelta(days=3))
    session.commit()
    clock.advance(minutes=10)
    deliver()
    assert (smtp_server.messages, only().state) == ([], MessageState.CANCELLED)


@pytest.mark.usefixtures("no_mail_server")
def test_where_no_mail_can_leave_no_address_is_kept(app, clock):
    survey = surveys.make(clock())
    leave(survey, clock)
    assert kept() == 0
    assert session.scalars(select(Message)).all() == []


def test_what_waited_for_the_expert_is_cancelled(survey, smtp_server, clock):
    outbox.enqueue("link_again", once="a", now=clock(), expert=survey.ben)
    leave(survey, clock)
    deliver()
    assert [mail["Subject"] for mail in smtp_server.messages] == ["What specialists need: you have withdrawn"]
