"""A study's own words: kept by language, used at sending, taken back; tests to oneself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import TO_EXPERTS, MessageKind
from delphi.domain.placeholders import OWN_WORDS
from delphi.emails.own_words import OwnWords, platforms
from delphi.models import Account, Event, Message, Presentation
from delphi.services import message_templates, outbox
from delphi.tasks.outbox import deliver
from tests.support import surveys

INVITATION = MessageKind.ROUND_INVITATION
EN = OwnWords("Round {round} of {title}", "Dear {name},\n\nplease by {closing}.\n\n{link}\n\n{contact}")
FR = OwnWords("Tour {round}", "Bonjour {name},\n\n{link}")


@pytest.fixture
def survey(posted, clock):
    return surveys.make(clock())


@pytest.fixture
def alice(posted, clock):
    account = Account(
        email="alice@example.org", name="Alice", language="en", state="active", created_at=clock()
    )
    session.add(account)
    session.flush()
    return account


def save(survey, alice, clock, kind=INVITATION, **words: OwnWords) -> bool:
    return message_templates.save(survey.study, kind, words, by=alice, now=clock())


def test_kept_by_language_and_noted_without_their_words(survey, alice, clock):
    assert save(survey, alice, clock, en=EN, fr=FR)
    assert message_templates.of(survey.study) == {(INVITATION, "en"): EN, (INVITATION, "fr"): FR}
    event = session.scalars(select(Event).where(Event.kind == "message.reworded")).one()
    assert event.facts == {"of": "round_invitation"}


def test_the_same_again_changes_nothing(survey, alice, clock):
    save(survey, alice, clock, en=EN)
    assert not save(survey, alice, clock, en=EN)


def test_empty_or_the_platforms_own_goes_back_to_the_platforms(survey, alice, clock):
    save(survey, alice, clock, en=EN, fr=FR)
    assert save(survey, alice, clock, en=platforms(INVITATION, "en"), fr=OwnWords(" ", "\n"))
    assert message_templates.of(survey.study) == {}


def test_a_language_the_study_does_not_have_is_not_kept(survey, alice, clock):
    survey.study.languages = ["en"]
    save(survey, alice, clock, en=EN, fr=FR)
    assert set(message_templates.of(survey.study)) == {(INVITATION, "en")}


def test_a_refusal_says_in_which_language(survey, alice, clock):
    with pytest.raises(DomainError) as refused:
        save(survey, alice, clock, en=EN, fr=OwnWords("Tour", "Bonjour {nom},\n\n{link}"))
    assert refused.value.params["language"] == "fr"
    assert refused.value.params["line"] == 1
    assert message_templates.of(survey.study) == {}


@pytest.mark.parametrize("kind", [MessageKind.WITHDRAWN, MessageKind.CONSENT_COPY, "password_reset", "love"])
def test_records_and_what_is_no_message_to_experts_cannot_be_reworded(survey, alice, clock, kind):
    with pytest.raises(NotFound):
        save(survey, alice, clock, kind=kind, en=EN)


def test_own_words_are_sent_in_each_language(survey, alice, smtp_server, clock):
    save(survey, alice, clock, en=EN, fr=FR)
    survey.chloe.language = "fr"
    outbox.queue_round_invitations(survey.round, survey.experts, clock())
    session.commit()
    deliver()
    english, french = smtp_server.to("expert0@example.org")[0], smtp_server.to("expert1@example.org")[0]
    assert english["Subject"] == "Round 1 of What specialists need"
    text = english.get_body(("plain",)).get_content()
    assert "Dear,\n\nplease by Monday, March 9, 2026" in text.replace("\r\n", "\n")
    assert "https://delphi.example.org/i/" in text
    assert "study@example.org" in text
    assert french["Subject"] == "Tour 1"
    assert "You are invited" not in text


def test_a_neutral_study_keeps_its_own_subject_to_itself(survey, alice, smtp_server, clock):
    save(survey, alice, clock, en=OwnWords("Violence study, {title}", EN.body + "\n\n{title}"))
    defaults = {"quiet_from": None, "quiet_until": None}
    session.add(Presentation(study_id=survey.study.id, neutral_subjects=True, **defaults))
    outbox.queue_round_invitations(survey.round, [survey.ben], clock())
    session.commit()
    deliver()
    mail = smtp_server.messages[0]
    assert mail["Subject"] == "Questionnaire: round 1 is open"
    assert "specialists" not in mail.as_string()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", TO_EXPERTS)
def test_a_test_of_every_kind_arrives_and_opens_nothing(survey, alice, smtp_server, clock, kind, language):
    assert message_templates.send_test(survey.study, kind, language, to=alice, now=clock())
    assert message_templates.send_test(survey.study, kind, language, to=alice, now=clock()) is None
    session.commit()
    deliver()
    (mail,) = smtp_server.messages
    assert str(mail["To"]) == "Alice <alice@example.org>"
    assert f'<html lang="{language}">' in mail.get_body(("html",)).get_content()
    text = mail.get_body(("plain",)).get_content()
    assert "Alice" in text
    assert "/i/EXAMPLE" in text or kind == MessageKind.WITHDRAWN
    assert mail["List-Unsubscribe"] is None


def test_a_test_says_that_it_is_one(survey, alice, smtp_server, clock):
    message_templates.send_test(survey.study, INVITATION, "en", to=alice, now=clock())
    session.commit()
    deliver()
    assert smtp_server.messages[0]["Subject"] == "Test: What specialists need: round 1 is open"


def test_what_is_written_for_one_kind_leaves_the_others(survey, alice, clock):
    save(survey, alice, clock, en=EN)
    save(survey, alice, clock, kind=MessageKind.LINK_AGAIN, en=OwnWords("Link", "{link}"))
    assert len(message_templates.of(survey.study)) == 2
    assert set(OWN_WORDS) < set(TO_EXPERTS)
    assert session.scalars(select(Message)).all() == []
