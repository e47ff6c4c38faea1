"""One-off messages: counted, confirmed, sent once, and looked at again when they leave."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from delphi.db import session
from delphi.domain.audiences import Audience, Group
from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState, RoundState
from delphi.emails.own_words import OwnWords
from delphi.models import Event
from delphi.services import announcements, outbox, reminders
from delphi.tasks.outbox import deliver
from tests.support import surveys
from tests.support.messages import choose, part_of, rows, spread, staff
from tests.support.surveys import Survey

WORDS = {
    "en": OwnWords("{title}: one more week", "Hello {name},\n\nUntil {closing}.\n\n{link}\n\nAsk: {contact}"),
    "fr": OwnWords("{title} : une semaine de plus", "Bonjour {name},\n\nJusqu’au {closing}.\n\n{link}"),
}


@pytest.fixture
def survey(posted, clock) -> Survey:
    return surveys.make(clock(), experts=4)


@pytest.fixture
def fay(posted, clock):
    return staff("Fay", clock())


def send(survey, fay, clock, group=Group.EVERYONE, words=WORDS, panels=(), **changed):
    audience = Audience(group, panels)
    shown = announcements.draft(survey.study, words, audience, clock())
    given = {"look": "1", "sealed": announcements.seal(shown, "1")} | changed
    sent = announcements.send(survey.study, words, audience, by=fay, now=clock(), **given)
    session.commit()
    return sent


def test_it_arrives_in_the_readers_language_with_a_link_of_their_own(survey, fay, smtp_server, clock):
    survey.chloe.language = "fr"
    sent, new = send(survey, fay, clock)
    assert (sent.count, new, sent.round_id) == (4, True, survey.round.id)
    deliver()
    assert len(smtp_server.messages) == 4
    by_address = dict(zip(smtp_server.recipients, smtp_server.messages, strict=True))
    text = by_address["expert0@example.org"].get_body(("plain",)).get_content()
    assert by_address["expert0@example.org"]["Subject"] == "What specialists need: one more week"
    assert "/i/" in text
    assert "{" not in text
    french = by_address["expert1@example.org"]
    assert french["Subject"] == "Ce dont les spécialistes ont besoin : une semaine de plus"
    assert session.query(Event).filter_by(kind="announcement.sent").one().facts == {"count": 4}
    assert announcements.states_of(sent) == {"sent": 4}


def test_confirming_twice_sends_once(survey, fay, clock):
    first, new = send(survey, fay, clock)
    audience = Audience(Group.EVERYONE)
    sealed = first.audience["seal"]
    again = announcements.send(survey.study, WORDS, audience, look="1", sealed=sealed, by=fay, now=clock())
    assert (again, new) == ((first, False), True)
    assert len(rows()) == 4


@pytest.mark.parametrize("change", ["words", "audience", "seal", "experts"])
def test_what_has_changed_since_the_look_is_not_sent(survey, fay, clock, change):
    audience = Audience(Group.NOT_DONE)
    shown = announcements.draft(survey.study, WORDS, audience, clock())
    sealed = "x" if change == "seal" else announcements.seal(shown, "1")
    words = WORDS | ({"en": OwnWords("Other", "Other\n\n{link}")} if change == "words" else {})
    if change == "audience":
        audience = Audience(Group.ASKED)
    if change == "experts":
        part_of(survey, 0).submitted_at = clock()
        session.flush()
    with pytest.raises(DomainError) as refused:
        announcements.send(survey.study, words, audience, look="1", sealed=sealed, by=fay, now=clock())
    assert refused.value.code == "announcement.changed"
    assert rows() == []


@pytest.mark.parametrize(
    ("group", "numbers"),
    [
        (Group.EVERYONE, [0, 1, 2, 3]),
        (Group.ASKED, [0, 1, 2, 3]),
        (Group.UNOPENED, [0]),
        (Group.NOT_DONE, [0, 1, 2]),
        (Group.DONE, [3]),
    ],
)
def test_who_is_meant(survey, clock, group, numbers):
    spread(survey, clock())
    shown = announcements.draft(survey.study, WORDS, Audience(group), clock())
    assert [one.id for one in shown.experts] == [survey.experts[number].id for number in numbers]


def test_by_panel_and_nobody_who_has_left(survey, clock):
    panels = {code: panel.id for code, panel in survey.panels.items()}
    survey.ben.state, survey.chloe.state = ExpertState.DECLINED, ExpertState.WITHDRAWN
    session.flush()
    shown = announcements.draft(survey.study, WORDS, Audience(Group.EVERYONE, (panels["W"],)), clock())
    assert len(shown.experts) == 2
    with pytest.raises(DomainError) as refused:
        announcements.draft(survey.study, WORDS, Audience(Group.EVERYONE, (panels["C"],)), clock())
    assert refused.value.code == "announcement.nobody"


def test_who_wants_no_reminders_is_left_out_only_of_what_urges(survey, clock):
    outbox.want_reminders(survey.ben, False)
    urging = announcements.draft(survey.study, WORDS, Audience(Group.NOT_DONE), clock())
    assert (len(urging.experts), urging.stopped) == (3, 1)
    telling = announcements.draft(survey.study, WORDS, Audience(Group.EVERYONE), clock())
    assert (len(telling.experts), telling.stopped) == (4, 0)


def test_whoever_is_no_longer_meant_when_it_leaves_does_not_get_it(survey, fay, smtp_server, clock):
    """One opened, one handed in, one stopped reminders, one declined between the click and the mail."""
    send(survey, fay, clock, Group.UNOPENED)
    part_of(survey, 0).opened_at = clock()
    part_of(survey, 1).submitted_at = clock()
    outbox.want_reminders(survey.experts[2], False)
    survey.experts[3].state = ExpertState.DECLINED
    session.commit()
    deliver()
    assert smtp_server.recipients == []
    assert sorted(row.reason for row in rows()) == ["left", "not_meant", "not_meant", "stopped"]


@pytest.mark.parametrize(("group", "arrives"), [(Group.NOT_DONE, 0), (Group.EVERYONE, 4)])
def test_once_the_round_is_over_only_what_does_not_urge_is_sent(
    survey, fay, smtp_server, clock, group, arrives
):
    send(survey, fay, clock, group)
    survey.round.state = RoundState.CLOSED
    session.commit()
    deliver()
    assert len(smtp_server.recipients) == arrives


def test_quiet_hours_hold(survey, fay, smtp_server, clock):
    hour = clock().astimezone(ZoneInfo(survey.study.time_zone)).hour
    choose(survey.study, quiet_from=hour, quiet_until=(hour + 2) % 24)
    shown = announcements.draft(survey.study, WORDS, Audience(Group.EVERYONE), clock())
    assert shown.leave_at > clock()
    send(survey, fay, clock)
    deliver()
    assert smtp_server.recipients == []
    clock.advance(hours=2)
    deliver()
    assert len(smtp_server.recipients) == 4


def test_a_full_week_makes_it_wait_and_it_counts_for_reminders(survey, fay, smtp_server, clock):
    choose(survey.study, weekly_mails=1)
    send(survey, fay, clock)
    deliver()
    assert reminders.due(survey.study, survey.round, clock.advance(days=2)).count == 0
    shown = announcements.draft(survey.study, WORDS, Audience(Group.EVERYONE), clock())
    assert (len(shown.experts), shown.waiting) == (4, 4)
    send(survey, fay, clock, look="2", sealed=announcements.seal(shown, "2"))
    deliver()
    assert len(smtp_server.recipients) == 4
    clock.advance(days=6)
    deliver()
    assert len(smtp_server.recipients) == 8


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        ({"fr": OwnWords("", "Bonjour\n\n{link}")}, "announcement.subject_missing", "subject"),
        ({"fr": OwnWords("Bonjour", " ")}, "announcement.body_missing", "body"),
        ({"fr": OwnWords("Bonjour", "Bonjour")}, "message.link_missing", "body"),
        ({"fr": OwnWords("Bonjour {link}", "{link}")}, "message.link_in_subject", "subject"),
        ({"fr": OwnWords("Bonjour", "{minutes}\n\n{link}")}, "message.placeholder_unknown_body", "body"),
    ],
)
def test_words_that_could_not_be_sent_are_refused_with_their_place(survey, clock, words, code, field):
    with pytest.raises(DomainError) as refused:
        announcements.draft(survey.study, WORDS | words, Audience(Group.EVERYONE), clock())
    assert refused.value.code == code
    assert (refused.value.params["field"], refused.value.params["language"]) == (field, "fr")


def test_without_an_open_round_everyone_and_nothing_about_a_round(survey, clock):
    survey.round.state = RoundState.CLOSED
    session.flush()
    plain = {one: OwnWords("Hello", "Hello {name},\n\n{link}") for one in ("en", "fr")}
    assert len(announcements.draft(survey.study, plain, Audience(Group.EVERYONE), clock()).experts) == 4
    with pytest.raises(DomainError) as refused:
        announcements.draft(survey.study, plain, Audience(Group.NOT_DONE), clock())
    assert refused.value.code == "announcement.no_open_round"
    with pytest.raises(DomainError) as refused:
        announcements.draft(survey.study, WORDS, Audience(Group.EVERYONE), clock())
    assert refused.value.code == "message.placeholder_unknown_body"


def test_neutral_subjects_hide_the_teams_own(survey, fay, smtp_server, clock):
    choose(survey.study, neutral_subjects=True)
    send(survey, fay, clock)
    deliver()
    assert "specialists" not in str(smtp_server.messages[0]["Subject"])


def test_sent_again_it_says_the_same(survey, fay, smtp_server, clock):
    send(survey, fay, clock)
    deliver()
    again = outbox.resend(rows()[0], by=fay, now=clock())
    session.commit()
    assert again.announcement_id == rows()[0].announcement_id
    deliver()
    assert len(smtp_server.messages) == 5
    assert smtp_server.messages[4]["Subject"] == smtp_server.messages[0]["Subject"]
