"""Pages of messages: shown in each language, reworded, tried, taken back, sent to oneself."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.messages import TO_EXPERTS
from delphi.domain.placeholders import OWN_WORDS
from delphi.domain.states import StudyState
from delphi.models import Link, Message, MessageTemplate, Presentation
from delphi.services import message_templates

EN = {"subject_en": "Round {round}", "body_en": "Dear {name},\n\nplease.\n\n{link}\n\nAsk {contact}."}
FR = {"subject_fr": "Tour {round}", "body_fr": "Bonjour {name},\n\n{link}"}


@pytest.fixture
def path(study) -> str:
    return f"/studies/{study.id}/messages"


def kept() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(MessageTemplate))


def test_every_kind_is_listed_with_when_it_is_sent(as_alice, path):
    page = as_alice.get(path).text
    for kind in TO_EXPERTS:
        assert f"{path}/{kind}" in page
    assert "There are no quiet hours" in page
    assert "at most 3 reminders" in page


def test_the_list_says_when_messages_wait(as_alice, study, path):
    session.add(Presentation(study_id=study.id, quiet_from=21, quiet_until=7, neutral_subjects=True))
    page = as_alice.get(path).text
    assert "Between 21:00 and 7:00 (America/Toronto)" in page
    assert "Subjects are neutral" in page


@pytest.mark.parametrize("kind", TO_EXPERTS)
def test_each_is_shown_in_both_languages_as_text_and_framed_page(as_alice, path, kind):
    page = as_alice.get(f"{path}/{kind}").text
    assert page.count("<iframe") == 2
    assert ('name="body_en"' in page) is (kind in OWN_WORDS)
    for language in ("en", "fr"):
        shown = as_alice.get(f"{path}/{kind}/html?language={language}")
        assert f'<html lang="{language}">' in shown.text
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert "script-src" not in shown.headers["Content-Security-Policy"]


def test_looking_makes_no_link_and_sends_nothing(as_alice, path):
    for kind in TO_EXPERTS:
        as_alice.get(f"{path}/{kind}")
    session.rollback()
    assert session.scalar(select(func.count(Link.id))) == session.scalar(select(func.count(Message.id))) == 0


def test_own_words_are_saved_shown_and_taken_back(as_alice, path):
    address = f"{path}/round_invitation"
    assert as_alice.post(address, data=EN | FR).status_code == 303
    page = as_alice.get(address).text
    assert "Dear Robin Taylor," in page
    assert "The words are saved" in page
    assert "Bonjour Camille Tremblay," in as_alice.get(f"{address}/html?language=fr").text
    assert "your own (French)" in as_alice.get(path).text
    assert as_alice.post(address, data=EN | FR | {"action": "platform"}).status_code == 303
    assert kept() == 0
    assert "You are invited to take part" in as_alice.get(address).text


def test_saving_the_offered_words_unchanged_keeps_the_platforms(as_alice, study, path):
    from delphi.web.researcher.messages import _in_force

    words = _in_force(study, "thank_you")
    form = {f"subject_{one}": words[one].subject for one in words}
    form |= {f"body_{one}": words[one].body.replace("\n", "\r\n") for one in words}
    assert as_alice.post(f"{path}/thank_you", data=form).status_code == 303
    assert kept() == 0


def test_a_refusal_names_language_and_line_and_loses_nothing(as_alice, path):
    wrong = EN | {"subject_fr": "Tour", "body_fr": "Bonjour,\n\n{nom}\n\n{link}"}
    answer = as_alice.post(f"{path}/round_invitation", data=wrong)
    assert answer.status_code == 400
    assert "Line 3 of the text has {nom}" in answer.text
    assert 'href="#body_fr"' in answer.text
    assert 'id="body_fr-error"' in answer.text
    assert "Dear {name}," in answer.text
    assert "{nom}" in answer.text
    assert kept() == 0


def test_words_are_tried_without_being_kept(as_alice, path):
    answer = as_alice.post(f"{path}/round_invitation/html", data=EN | {"language": "en"})
    assert "Dear Robin Taylor," in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert kept() == 0
    wrong = as_alice.post(
        f"{path}/round_invitation/html", data={"body_en": "No.", "subject_en": "x", "language": "en"}
    )
    assert wrong.status_code == 400
    assert "has no {link}" in wrong.text
    assert "sandbox" in wrong.headers["Content-Security-Policy"]


def test_words_cannot_become_markup(as_alice, path):
    typed = {"subject_en": "<b>", "body_en": "<script>alert(1)</script>\n\n{link}", "language": "en"}
    assert "<script>" not in as_alice.post(f"{path}/round_invitation/html", data=typed).text
    as_alice.post(f"{path}/round_invitation", data=typed)
    assert "<script>alert" not in as_alice.get(f"{path}/round_invitation").text


def test_a_test_goes_to_the_reader_once_a_minute(as_alice, path, clock):
    answer = as_alice.post(f"{path}/reminder_opened/test", data={"language": "fr"}, follow_redirects=True)
    assert "on its way to alice@example.org" in answer.text
    again = as_alice.post(f"{path}/reminder_opened/test", data={"language": "fr"}, follow_redirects=True)
    assert "less than a minute ago" in again.text
    session.rollback()
    (row,) = session.scalars(select(Message)).all()
    assert (row.kind, row.language, row.expert_id) == ("reminder_opened", "fr", None)


@pytest.mark.usefixtures("no_mail_server")
def test_without_a_mail_server_the_page_says_so(as_alice, path):
    answer = as_alice.post(f"{path}/thank_you/test", data={"language": "en"}, follow_redirects=True)
    assert "No mail server is set" in answer.text


@pytest.mark.parametrize("kind", ["password_reset", "love_letter"])
def test_what_is_no_message_to_experts_is_not_found(as_alice, path, kind):
    for address in (f"{path}/{kind}", f"{path}/{kind}/html"):
        assert as_alice.get(address).status_code == 404
        assert as_alice.post(address, data=EN).status_code == 404
    assert as_alice.post(f"{path}/{kind}/test").status_code == 404


@pytest.mark.parametrize("kind", ["consent_copy", "withdrawn"])
def test_records_are_not_reworded(as_alice, path, kind):
    assert as_alice.post(f"{path}/{kind}", data=EN).status_code == 404
    assert "the words are the platform" not in as_alice.get(f"{path}/{kind}").text
    assert "is a record for the expert" in as_alice.get(f"{path}/{kind}").text


def test_a_concluded_study_keeps_its_words(as_alice, study, path):
    study.state = StudyState.CONCLUDED
    assert 'name="body_en"' not in as_alice.get(f"{path}/thank_you").text
    assert as_alice.post(f"{path}/thank_you", data=EN).status_code >= 400
    assert kept() == 0


def test_a_facilitator_looks_and_changes_nothing(as_fay, path):
    page = as_fay.get(f"{path}/round_invitation")
    assert page.status_code == 200
    assert 'name="body_en"' not in page.text
    for address in ("", "/html", "/test"):
        assert as_fay.post(f"{path}/round_invitation{address}", data=EN | FR).status_code == 403
    assert kept() == 0


def test_an_outsider_finds_nothing(as_charlie, path):
    assert as_charlie.get(path).status_code == 404
    assert as_charlie.post(f"{path}/round_invitation", data=EN | FR).status_code == 404


def test_pages_take_few_statements(as_alice, study, alice, clock, path, statements):
    message_templates.save(study, "round_invitation", {}, by=alice, now=clock())
    for address in (path, f"{path}/round_invitation", f"{path}/consent_copy"):
        with statements() as seen:
            as_alice.get(address)
        assert len(seen) <= 20, (address, len(seen))
