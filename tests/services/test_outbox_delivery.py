"""From the outbox to a real mail server: once each, tried again, given up, cancelled, never two at once."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from delphi.db import bells_asked_for, db, session
from delphi.domain.messages import MOST_TRIES
from delphi.domain.states import ExpertState, RoundState, StudyState
from delphi.emails.transport import Fate, Outcome
from delphi.models import Contact, Message
from delphi.models.message import MessageState
from delphi.services import delivery, links, outbox
from delphi.tasks.outbox import deliver
from tests.support import posting
from tests.support.ports import free_port
from tests.support.smtp import DISCONNECT
from tests.support.statements import counted

NO_SUCH_USER = "550 5.1.1 <ben@example.org>: no such user"


@pytest.fixture
def round(posted, clock):
    return posting.make_round(posting.make_study(clock()), clock())


@pytest.fixture
def study(round):
    return session.get(posting.Study, round.study_id)


@pytest.fixture
def ben(study, clock):
    return posting.make_expert(study, clock(), "Ben", "ben@example.org")


@pytest.fixture
def invitation(round, ben, clock):
    outbox.queue_round_invitations(round, [ben], clock())
    session.commit()
    return only()


def only() -> Message:
    session.rollback()
    return session.scalars(select(Message).order_by(Message.id)).one()


def test_sent_once(smtp_server, invitation, clock):
    deliver()
    deliver()
    assert len(smtp_server.messages) == 1
    mail = smtp_server.messages[0]
    assert mail["Message-ID"] == invitation.message_id
    assert str(mail["From"]) == "Training of crisis line staff <post@example.org>"
    assert str(mail["To"]) == "Ben <ben@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    row = only()
    assert (row.state, row.attempts, row.sent_at, row.error) == (MessageState.SENT, 1, clock(), "")


def tokens(mail) -> tuple[str, str]:
    """Of the personal link and of the one to stop reminders."""
    text = mail.get_body(("plain",)).get_content()
    base = "https://delphi.example.org"
    return re.search(f"{base}/i/(\\S+)", text)[1], re.search(f"{base}/u/(\\S+)", text)[1]


def test_the_link_in_it_is_the_experts_own(smtp_server, invitation, ben):
    deliver()
    link, stop = tokens(smtp_server.messages[0])
    assert links.find(link).expert_id == ben.id
    assert links.find(stop).expert_id == ben.id
    assert smtp_server.messages[0]["List-Unsubscribe"] == f"<https://delphi.example.org/u/{stop}>"
    assert smtp_server.messages[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("answer", ["451 4.3.0 Try later", DISCONNECT])
def test_tried_again_then_sent(smtp_server, invitation, clock, answer):
    smtp_server.answer_next(answer)
    deliver()
    row = only()
    assert (row.state, row.attempts) == (MessageState.QUEUED, 1)
    assert row.due_at == clock() + timedelta(minutes=1)
    assert row.error
    clock.advance(seconds=59)
    deliver()
    assert smtp_server.messages == []
    clock.advance(seconds=1)
    deliver()
    assert [mail["Message-ID"] for mail in smtp_server.messages] == [invitation.message_id]
    assert (only().state, only().attempts, only().error) == (MessageState.SENT, 2, "")


def test_given_up_after_many_tries(smtp_server, invitation, clock):
    for _ in range(MOST_TRIES):
        smtp_server.answer_next("451 4.3.0 Try later")
        deliver()
        clock.advance(hours=13)
    row = only()
    assert (row.state, row.attempts, row.error) == (MessageState.FAILED, MOST_TRIES, "451 4.3.0 Try later")
    deliver()
    assert smtp_server.messages == []


def test_refused_for_good_and_told_without_the_address(smtp_server, round, invitation):
    smtp_server.refuse("ben@example.org", NO_SUCH_USER)
    deliver()
    listed = outbox.of_round(round)
    assert listed[0].state == MessageState.FAILED
    assert listed[0].error.startswith("550 5.1.1")
    assert "ben" not in listed[0].error
    assert "@" not in listed[0].error


def test_one_refusal_does_not_hold_up_the_next(smtp_server, study, round, ben, clock):
    chloe = posting.make_expert(study, clock(), "Chloé", "chloe@example.org")
    outbox.queue_round_invitations(round, [ben, chloe], clock())
    smtp_server.refuse("ben@example.org", NO_SUCH_USER)
    deliver()
    assert smtp_server.recipients == ["chloe@example.org"]


def test_nobody_listens_so_the_rest_waits_untried(make_app, clock):
    app = make_app(smtp_host="127.0.0.1", smtp_port=str(free_port()), smtp_security="none")
    with app.app_context():
        study = posting.make_study(clock())
        experts = [posting.make_expert(study, clock(), f"E{n}", f"e{n}@example.org") for n in range(3)]
        outbox.queue_round_invitations(posting.make_round(study, clock()), experts, clock())
        deliver()
        rows = session.scalars(select(Message).order_by(Message.id)).all()
        assert [(row.state, row.attempts) for row in rows] == [
            (MessageState.QUEUED, tries) for tries in (1, 0, 0)
        ]
        assert rows[0].due_at > clock()
        assert rows[0].error


def test_a_server_that_lets_us_not_in_burns_nobody(make_app, smtp_server, clock):
    """Asked for a sign-in that the settings lack: the tries do not count, all wait, and the page says so."""
    with make_app(**smtp_server.settings).app_context():
        study = posting.make_study(clock())
        experts = [posting.make_expert(study, clock(), f"E{n}", f"e{n}@example.org") for n in range(3)]
        outbox.queue_round_invitations(posting.make_round(study, clock()), experts, clock())
        for _ in range(MOST_TRIES + 2):
            smtp_server.answer_next("530 5.7.0 Authentication required")
            deliver()
            deliver()
            clock.advance(minutes=10)
        rows = session.scalars(select(Message)).all()
        assert {(row.state, row.attempts) for row in rows} == {(MessageState.QUEUED, 0)}
        assert outbox.problem() == "message.mail_server_refuses"
        assert smtp_server.messages == []
        deliver()
        assert len(smtp_server.messages) == 3
        assert outbox.problem() is None


@pytest.mark.usefixtures("no_mail_server")
def test_without_a_mail_server_messages_wait(app, clock):
    study = posting.make_study(clock())
    ben = posting.make_expert(study, clock(), "Ben", "ben@example.org")
    outbox.queue_round_invitations(posting.make_round(study, clock()), [ben], clock())
    deliver()
    session.commit()
    assert (only().state, only().attempts, only().due_at) == (MessageState.QUEUED, 0, clock())


def test_a_crash_before_sending_costs_nothing_but_time(smtp_server, invitation, clock):
    abandoned = delivery.claim(clock())
    session.commit()
    deliver()
    clock.advance(minutes=9)
    deliver()
    assert smtp_server.messages == []
    clock.advance(minutes=1)
    deliver()
    mail = smtp_server.messages[0]
    assert mail["Message-ID"] == abandoned.mail["Message-ID"] == invitation.message_id
    assert tokens(mail) != tokens(abandoned.mail)
    for link in (*tokens(mail), *tokens(abandoned.mail)):
        assert links.find(link) is not None
    assert (only().state, only().attempts) == (MessageState.SENT, 2)


def test_a_message_that_kills_each_worker_is_given_up(smtp_server, invitation, clock):
    for _ in range(MOST_TRIES):
        assert delivery.claim(clock()) is not None
        session.commit()
        clock.advance(minutes=10)
    deliver()
    assert (only().state, smtp_server.messages) == (MessageState.FAILED, [])


def test_a_slow_worker_overrules_nobody_but_by_having_sent(invitation, clock):
    slow = delivery.claim(clock())
    session.commit()
    quick = delivery.claim(clock.advance(minutes=10))
    session.commit()
    delivery.settle(slow, Outcome(Fate.REFUSED, "550 no"), clock())
    session.commit()
    assert only().state == MessageState.SENDING
    delivery.settle(quick, Outcome(Fate.REFUSED, "550 no"), clock())
    session.commit()
    assert only().state == MessageState.FAILED
    delivery.settle(slow, Outcome(Fate.SENT), clock())
    session.commit()
    assert only().state == MessageState.SENT


def test_one_message_that_cannot_be_written_does_not_hold_up_the_others(
    smtp_server, study, round, ben, invitation, clock, caplog
):
    session.get(Contact, ben.id).email = "no address of ben"
    chloe = posting.make_expert(study, clock(), "Chloé", "chloe@example.org")
    outbox.queue_round_invitations(round, [chloe], clock())
    deliver()
    assert smtp_server.recipients == ["chloe@example.org"]
    session.rollback()
    row = session.get(Message, invitation.id)
    assert (row.state, row.attempts, row.error) == (
        MessageState.QUEUED,
        1,
        "could not be written (ValueError)",
    )
    assert row.due_at > clock()
    assert "could not be written" in caplog.text
    assert "ben" not in caplog.text


def test_a_corrected_address_is_the_one_used(smtp_server, invitation, ben):
    session.get(Contact, ben.id).email = "ben.roy@example.org"
    session.commit()
    deliver()
    assert smtp_server.recipients == ["ben.roy@example.org"]


@pytest.mark.parametrize("state", [ExpertState.WITHDRAWN, ExpertState.DECLINED])
def test_who_has_left_gets_nothing(smtp_server, invitation, ben, state):
    ben.state = state
    session.commit()
    deliver()
    assert smtp_server.messages == []
    assert only().state == MessageState.CANCELLED


def test_whose_contact_was_erased_gets_nothing(smtp_server, invitation, ben):
    session.delete(session.get(Contact, ben.id))
    session.commit()
    deliver()
    assert only().state == MessageState.CANCELLED


@pytest.mark.parametrize("state", [RoundState.CLOSED, RoundState.DECIDED])
def test_no_invitation_to_a_round_that_is_over(smtp_server, invitation, round, state):
    round.state = state
    session.commit()
    deliver()
    assert (only().state, smtp_server.messages) == (MessageState.CANCELLED, [])


def test_who_left_between_two_tries_gets_nothing(smtp_server, invitation, ben, clock):
    smtp_server.answer_next("451 later")
    deliver()
    ben.state = ExpertState.WITHDRAWN
    session.commit()
    clock.advance(minutes=1)
    deliver()
    assert (only().state, smtp_server.messages) == (MessageState.CANCELLED, [])


def test_a_link_asked_for_again(smtp_server, ben, clock):
    links.send_again("Ben@example.org", now=clock())
    deliver()
    assert links.find(tokens(smtp_server.messages[0])[0]).expert_id == ben.id


def test_no_link_to_a_study_that_is_over(smtp_server, study, ben, clock):
    outbox.enqueue("link_again", once="a", now=clock(), expert=ben)
    study.state = StudyState.CONCLUDED
    session.commit()
    deliver()
    assert only().state == MessageState.CANCELLED


def test_each_in_the_language_of_its_reader(smtp_server, study, round, ben, clock):
    chloe = posting.make_expert(study, clock(), "Chloé", "chloe@example.org", "fr")
    outbox.queue_round_invitations(round, [ben, chloe], clock())
    deliver()
    to_ben, to_chloe = smtp_server.to("ben@example.org")[0], smtp_server.to("chloe@example.org")[0]
    assert "Training of crisis line staff" in to_ben["Subject"]
    assert "Think of the first year of practice." in to_ben.get_body(("plain",)).get_content()
    assert "Formation des écoutants" in to_chloe["Subject"]
    french = to_chloe.get_body(("plain",)).get_content()
    assert "Pensez à la première année." in french
    assert "lundi 16 mars 2026" in french
    assert str(to_chloe["To"]) == "Chloé <chloe@example.org>"


def test_a_title_with_a_line_break_adds_no_header(smtp_server, study, invitation):
    study.title = {"en": "Study\r\nBcc: charlie@example.org"}
    session.commit()
    deliver()
    assert smtp_server.recipients == ["ben@example.org"]
    assert smtp_server.messages[0]["Bcc"] is None


def test_a_demo_keeps_messages_in_its_mailbox(make_app, instance, clock):
    with make_app(demo="yes").app_context():
        study = posting.make_study(clock())
        ben = posting.make_expert(study, clock(), "Ben", "ben@example.org")
        outbox.queue_round_invitations(posting.make_round(study, clock()), [ben], clock())
        deliver()
        session.commit()
        assert only().state == MessageState.SENT
    assert len(list((instance / "mailbox").glob("*.eml"))) == 1


def test_two_workers_at_once_send_each_message_once(posted, smtp_server, study, round, clock):
    experts = [posting.make_expert(study, clock(), f"E{n}", f"e{n}@example.org") for n in range(30)]
    outbox.queue_round_invitations(round, experts, clock())
    session.commit()
    start = Barrier(2)

    def worker():
        with posted.app_context():
            start.wait(10)
            deliver()

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(smtp_server.recipients) == sorted(f"e{n}@example.org" for n in range(30))
    assert {row.attempts for row in session.scalars(select(Message))} == {1}


def test_a_long_delivery_gives_others_their_turn(smtp_server, study, round, ben, clock):
    chloe = posting.make_expert(study, clock(), "Chloé", "chloe@example.org")
    outbox.queue_round_invitations(round, [ben, chloe], clock())
    bells_asked_for()
    deliver(turn=0)
    assert len(smtp_server.messages) == 1
    assert bells_asked_for() == {"outbox"}
    deliver()
    assert len(smtp_server.messages) == 2
    assert bells_asked_for() == set()


def test_logs_hold_no_address_and_no_token(smtp_server, study, round, ben, invitation, clock, caplog):
    caplog.set_level(logging.DEBUG)
    chloe = posting.make_expert(study, clock(), "Chloé", "chloe@example.org")
    outbox.queue_round_invitations(round, [chloe], clock())
    smtp_server.refuse("ben@example.org", NO_SUCH_USER)
    deliver()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("delphi")]
    assert len(ours) == 2
    for secret in ("ben@", "chloe", "example.org", *tokens(smtp_server.messages[0])):
        assert secret not in "\n".join(ours)


def test_a_message_takes_few_statements(posted, smtp_server, invitation, clock):
    with counted(db.engine) as seen:
        delivery.claim(clock())
        session.commit()
    assert len(seen) <= 9
