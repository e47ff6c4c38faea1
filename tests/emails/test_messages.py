"""What each kind of message says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask_babel import force_locale, gettext

from delphi.emails import messages
from delphi.emails.messages import Recipient
from tests.support import pages

LINK = "https://delphi.example.org/i/abc"
STOP = "https://delphi.example.org/u/abc"
CLOSES = datetime(2026, 12, 11, 16, 0, tzinfo=UTC)


def reader(language: str = "en", **other: str) -> Recipient:
    facts = {"name": "Ben", "study": "Crisis line", "contact": "Alice, 01 23", **other}
    return Recipient(language=language, link=LINK, stop_reminders=STOP, **facts)


def invitation(
    to: Recipient, instructions: str = "Think of the first year.", closes_at: datetime | None = CLOSES
):
    return messages.round_invitation(
        to, number=2, instructions=instructions, closes_at=closes_at, zone="Europe/Paris"
    )


def every_kind(language: str = "en") -> dict[str, messages.Content]:
    staff = Recipient(language, "Fay", "https://delphi.example.org/reset/abc")
    return {
        "round_invitation": invitation(reader(language)),
        "link_again": messages.link_again(reader(language)),
        "account_invitation": messages.account_invitation(staff),
        "password_reset": messages.password_reset(staff),
    }


@pytest.mark.parametrize("version", ["text", "html"])
def test_an_invitation_says_what_an_expert_needs_to_know(app, version):
    said = getattr(invitation(reader()), version)
    for needed in (
        "Hello Ben,",
        "round 2",
        "Think of the first year.",
        "Friday, December 11, 2026 at 5:00\u202fPM (Europe/Paris time)",
        LINK,
        STOP,
        "Alice, 01 23",
        "yours alone",
        "do not want to take part",
    ):
        assert needed in said
    assert invitation(reader()).subject == "Crisis line: round 2 is open"


def test_long_instructions_are_cut_at_a_word(app):
    text = invitation(reader(), instructions="consider " * 200).text
    assert "consider …" in text
    assert len(text) < 2000


def test_what_is_not_known_leaves_no_gap(app):
    text = invitation(reader(name="", contact=""), instructions="", closes_at=None).text
    assert "Hello," in text
    assert "closes on" not in text
    assert "have a question" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("kind", ["round_invitation", "link_again", "account_invitation", "password_reset"])
def test_html_is_a_sound_page_and_text_has_the_link(app, kind):
    content = every_kind()[kind]
    found = [problem for problem in pages.problems(content.html) if "style=" not in problem]
    assert found == []
    assert "http" in content.text
    assert "<" not in content.text


def test_words_of_a_study_cannot_become_markup(app):
    content = invitation(reader(study="<b>Q&A</b>", name="<i>"), instructions="<script>alert(1)</script>")
    assert "<script>" not in content.html
    assert "&lt;b&gt;Q&amp;A&lt;/b&gt;" in content.html
    assert "<b>Q&A</b>" in content.text


def test_a_french_message_is_french(app):
    content = invitation(reader("fr"))
    assert '<html lang="fr">' in content.html
    assert "vendredi 11 décembre 2026" in content.text
    assert "17:00" in content.text


def test_a_french_message_uses_the_catalogue(app):
    with force_locale("fr"):
        button = gettext("Open the questionnaire")
    if button == "Open the questionnaire":
        pytest.skip("there is no French catalogue yet")
    content = invitation(reader("fr"))
    assert button in content.text
    assert "Open the questionnaire" not in content.text + content.html


def test_one_language_does_not_leak_into_the_next(app):
    before = every_kind("en")
    every_kind("fr")
    assert every_kind("en") == before
