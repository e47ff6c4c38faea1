"""Messages to experts when they are to leave: judged again, put off, dropped; and what each brings along."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.messages import MessageKind
from delphi.domain.states import ExpertState, RoundState
from delphi.models import (
    Consent,
    ConsentText,
)
from delphi.models.message import MessageState
from delphi.services import answering, consents, outbox, results
from delphi.tasks.outbox import deliver
from tests.support import surveys
from tests.support.messages import choose, part_of, queue, rate, rows, staff
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


# What is judged again when the message is to leave.


def test_the_words_are_chosen_again_at_sending(survey, smtp_server, clock):
    queue(survey, UNOPENED, 0, clock())
    part_of(survey, 0).opened_at = clock()
    rate(survey, 0, survey.items[0], clock())
    session.commit()
    deliver()
    assert rows()[0].kind == HALF
    assert (
        "Thank you for what you have answered" in smtp_server.messages[0].get_body(("plain",)).get_content()
    )


def done(survey: Survey, now: datetime) -> None:
    for item in survey.items:
        rate(survey, 0, item, now)


CHANGES = {
    "done": done,
    "handed in": lambda survey, now: setattr(part_of(survey, 0), "submitted_at", now),
    "stopped": lambda survey, now: outbox.want_reminders(survey.ben, False),
    "declined": lambda survey, now: setattr(survey.ben, "state", ExpertState.DECLINED),
    "withdrawn": lambda survey, now: setattr(survey.ben, "state", ExpertState.WITHDRAWN),
    "closed": lambda survey, now: setattr(survey.round, "state", RoundState.CLOSED),
    "past its end": lambda survey, now: setattr(survey.round, "closes_at", now),
}


WHY = {"done": "done", "handed in": "done", "stopped": "stopped", "declined": "left", "withdrawn": "left"}


@pytest.mark.parametrize("kind", [UNOPENED, MessageKind.DEADLINE_NOTICE])
@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_meanwhile_is_seen(survey, smtp_server, clock, kind, change):
    queue(survey, kind, 0, clock())
    CHANGES[change](survey, clock())
    session.commit()
    deliver()
    assert smtp_server.messages == []
    assert (rows()[0].state, rows()[0].reason) == (MessageState.CANCELLED, WHY.get(change, "no_answers"))


def test_quiet_hours_put_a_message_off_without_costing_a_try(survey, smtp_server, clock):
    choose(survey.study, quiet_from=3, quiet_until=7)  # 04:00 in Toronto now
    queue(survey, UNOPENED, 0, clock())
    deliver()
    row = rows()[0]
    assert (row.state, row.attempts, row.due_at) == (MessageState.QUEUED, 0, clock() + timedelta(hours=3))
    assert row.reason == "quiet_hours"
    clock.advance(hours=2, minutes=59)
    deliver()
    assert smtp_server.messages == []
    clock.advance(minutes=1)
    deliver()
    assert len(smtp_server.messages) == 1
    assert rows()[0].reason == ""


@pytest.mark.parametrize("kind", ["link_again", "consent_copy"])
def test_what_the_expert_just_asked_for_does_not_wait(survey, smtp_server, clock, kind):
    choose(survey.study, quiet_from=3, quiet_until=7, weekly_mails=0)
    outbox.enqueue(kind, once="a", now=clock(), expert=survey.ben)
    session.commit()
    deliver()
    assert len(smtp_server.messages) == 1


def test_an_invitation_waits_for_the_end_of_the_quiet_hours_and_is_not_counted(survey, smtp_server, clock):
    choose(survey.study, quiet_from=3, quiet_until=7, weekly_mails=0)
    queue(survey, "round_invitation", 0, clock())
    deliver()
    assert smtp_server.messages == []
    clock.advance(hours=3)
    deliver()
    assert len(smtp_server.messages) == 1


def test_no_more_in_a_week_than_the_study_allows(survey, smtp_server, clock):
    choose(survey.study, weekly_mails=2)
    for _ in range(3):
        queue(survey, UNOPENED, 0, clock.advance(hours=1))
        deliver()
    assert [row.state for row in rows()] == [MessageState.SENT, MessageState.SENT, MessageState.CANCELLED]
    assert [row.reason for row in rows()] == ["", "", "enough"]


def test_several_queued_at_once_do_not_block_one_another(survey, smtp_server, clock):
    choose(survey.study, weekly_mails=1)
    queue(survey, UNOPENED, 0, clock())
    queue(survey, MessageKind.DEADLINE_NOTICE, 0, clock())
    deliver()
    assert sorted(row.state for row in rows()) == [MessageState.CANCELLED, MessageState.SENT]


# Thanks, results, copies.


def test_thanks_after_handing_in_once_a_round(survey, smtp_server, clock):
    for _ in range(2):
        answering.submit(survey.visit(survey.ben), survey.round.id, clock())
        session.commit()
    assert [row.kind for row in rows()] == [MessageKind.THANK_YOU]
    deliver()
    mail = smtp_server.messages[0]
    assert "Your answers in round 1 have arrived." in mail.get_body(("plain",)).get_content()
    assert list(mail.iter_attachments()) == []


def test_a_copy_is_in_the_language_agreed_in_with_number_and_date(survey, smtp_server, clock):
    given = session.scalars(select(Consent).where(Consent.expert_id == survey.ben.id)).one()
    given.language = "fr"
    outbox.enqueue(MessageKind.CONSENT_COPY, once="a", now=clock(), expert=survey.ben)
    session.commit()
    deliver()
    mail = smtp_server.messages[0]
    text = mail.get_body(("plain",)).get_content()
    assert "Nous demandons votre temps." in text
    assert "lundi 2 mars 2026" in text
    assert '<html lang="fr">' in mail.get_body(("html",)).get_content()
    assert mail["List-Unsubscribe"] is None


def test_agreeing_sends_one_copy(survey, clock):
    newer = ConsentText(study_id=survey.study.id, number=2, texts=surveys.CONSENT, created_at=clock())
    session.add(newer)
    session.flush()
    for _ in range(2):
        consents.agree(survey.visit(survey.ben), 2, "en", clock())
        session.commit()
    assert [row.kind for row in rows()] == [MessageKind.CONSENT_COPY]


def test_results_go_to_everyone_active_when_the_study_is_concluded(survey, fay, smtp_server, clock):
    survey.round.state = RoundState.DECIDED
    survey.chloe.state = ExpertState.DECLINED
    session.flush()
    results.conclude(survey.study, by=fay, now=clock())
    session.commit()
    deliver()
    assert sorted(smtp_server.recipients) == [f"expert{number}@example.org" for number in (0, 2, 3)]
    assert "results can be read now" in smtp_server.messages[0].get_body(("plain",)).get_content()


def test_results_wait_for_room_instead_of_being_dropped(survey, fay, smtp_server, clock):
    choose(survey.study, weekly_mails=1)
    queue(survey, UNOPENED, 0, clock())
    deliver()
    survey.round.state = RoundState.DECIDED
    results.conclude(survey.study, by=fay, now=clock.advance(days=1))
    session.commit()
    deliver()
    waiting = [row for row in rows() if row.state is MessageState.QUEUED]
    assert [(row.kind, row.due_at) for row in waiting] == [
        (MessageKind.RESULTS_OUT, clock() + timedelta(days=6))
    ]
    clock.advance(days=6)
    deliver()
    assert len(smtp_server.to("expert0@example.org")) == 2


# What a mail carries.


def test_invitations_and_reminders_bring_the_deadline_for_the_calendar(survey, smtp_server, clock):
    for kind in ("round_invitation", UNOPENED, MessageKind.DEADLINE_NOTICE):
        queue(survey, kind, 0, clock())
    deliver()
    assert len(smtp_server.messages) == 3
    for mail in smtp_server.messages:
        (file,) = mail.iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "deadline.ics")
        assert file.get_param("method") == "PUBLISH"
        text = file.get_content()
        assert f"UID:round-{survey.round.id}@delphi.example.org" in text
        assert "DTSTART:20260309T090000Z" in text
        assert "/i/" not in text
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_minutes_are_those_of_what_is_left(survey, smtp_server, clock):
    queue(survey, "round_invitation", 0, clock())
    deliver()
    assert "It takes about 2 minutes." in smtp_server.messages[0].get_body(("plain",)).get_content()


def test_neutral_subjects_say_nothing_of_the_study(survey, smtp_server, clock):
    choose(survey.study, neutral_subjects=True)
    for kind in ("round_invitation", UNOPENED, MessageKind.DEADLINE_NOTICE, MessageKind.LINK_AGAIN):
        queue(survey, kind, 0, clock())
    outbox.enqueue(MessageKind.CONSENT_COPY, once="c", now=clock(), expert=survey.ben)
    answering.submit(survey.visit(survey.chloe), survey.round.id, clock())
    session.commit()
    deliver()
    assert len(smtp_server.messages) == 6
    for mail in smtp_server.messages:
        assert "specialists" not in mail.as_string()
        assert str(mail["From"]) == "Questionnaire <post@example.org>"
        assert "Questionnaire: " in mail["Subject"]
        for file in mail.iter_attachments():
            assert "SUMMARY:Questionnaire: round 1 closes" in file.get_content()
