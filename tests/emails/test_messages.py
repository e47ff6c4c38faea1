"""What each kind of message says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask_babel import force_locale, gettext

from delphi.domain.messages import AT_ONCE, CAPPED, TO_EXPERTS, WITH_CALENDAR, MessageKind
from delphi.domain.placeholders import OWN_WORDS, allowed, check
from delphi.domain.withdrawals import Withdrawal
from delphi.emails import messages, own_words, to_experts
from delphi.emails.messages import Recipient
from delphi.emails.own_words import OwnWords
from delphi.emails.to_experts import Facts
from tests.support import pages

LINK = "https://delphi.example.org/i/abc"
STOP = "https://delphi.example.org/u/abc"
CLOSES = datetime(2026, 12, 11, 16, 0, tzinfo=UTC)


def reader(language: str = "en", **other: str) -> Recipient:
    facts = {"name": "Ben", "study": "Crisis line", "contact": "Alice, 01 23", **other}
    return Recipient(language=language, link=LINK, stop_reminders=STOP, **facts)


FACTS = Facts(
    number="2",
    instructions="Think of the first year.",
    closing="Friday",
    minutes="12",
    choice="kept",
    version="3",
    agreed="Monday",
    consent="We ask for your time.\n\n- You may stop.\n- You may stay.",
)


def to_expert(kind: str, to: Recipient, facts: Facts = FACTS) -> messages.Content:
    return messages.content(to, to_experts.draft(kind, to, facts))


def invitation(
    to: Recipient, instructions: str = "Think of the first year.", closes_at: datetime | None = CLOSES
):
    closing = to_experts.moment(closes_at, "Europe/Paris", to.language) if closes_at else ""
    facts = Facts(number="2", instructions=instructions, closing=closing)
    return to_expert("round_invitation", to, facts)


def every_kind(language: str = "en") -> dict[str, messages.Content]:
    staff = Recipient(language, "Fay", "https://delphi.example.org/reset/abc")
    return {
        **{str(kind): to_expert(kind, reader(language)) for kind in (*TO_EXPERTS, "announcement")},
        "account_invitation": messages.account_invitation(staff),
        "password_reset": messages.password_reset(staff),
        "team_added": messages.team_added(staff, "Crisis line", "Owner"),
        "news": messages.news(staff, "Crisis line", ["Monday: round 1 closed."], STOP),
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


@pytest.mark.parametrize("kind", list(MessageKind))
def test_html_is_a_sound_page_and_text_has_the_link(app, kind):
    content = every_kind()[kind]
    found = [problem for problem in pages.problems(content.html) if "style=" not in problem]
    assert found == []
    assert ("http" in content.text) is (kind != MessageKind.WITHDRAWN or "/u/" in content.text)
    assert "<" not in content.text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", list(MessageKind))
def test_nothing_is_left_unfilled_and_no_part_is_empty(app, kind, language):
    content = every_kind(language)[kind]
    for part in (content.subject, content.text, content.html):
        assert part.strip()
        assert not re.search(r"%\(\w+\)|\{\w*\}|{{|}}|None", part)
    assert "\n\n\n" not in content.text
    assert not re.search(r"<(p|h1|h2)[^>]*>\s*</", content.html)
    said = [*re.findall(r"<p [^>]*>(.*?)</p>", content.html, re.DOTALL)]
    assert len(said) >= 4


@pytest.mark.parametrize("kind", OWN_WORDS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_platforms_own_words_pass_the_check_of_a_studys(app, kind, language):
    words = own_words.platforms(kind, language)
    check(kind, words.subject, words.body)
    assert "{name}" in words.body
    assert "{title}" in words.subject
    own = messages.content(reader(language), own_words.draft(kind, reader(language), words, FACTS))
    assert own == to_expert(kind, reader(language))


def test_own_words_of_an_invitation_bring_the_rounds_instructions(app):
    words = OwnWords("x", "Hello.\n\n{instructions}\n\n{link}")
    draft = own_words.draft("round_invitation", reader(), words, FACTS)
    assert draft.paragraphs == ["Hello.", "Think of the first year."]
    without = own_words.draft("round_invitation", reader(), words, replace(FACTS, instructions=""))
    assert without.paragraphs == ["Hello."]


def test_own_words_are_laid_out_around_the_button(app):
    words = OwnWords("{title} and {name}", "Hello {name},\nwelcome.\n\n{link}\n\nSmaller: {contact}")
    draft = own_words.draft("round_invitation", reader(), words, FACTS)
    assert draft.subject == "Crisis line and Ben"
    assert draft.paragraphs == ["Hello Ben,\nwelcome."]
    assert draft.notes == ["Smaller: Alice, 01 23"]
    html = messages.content(reader(), draft).html
    assert "Hello Ben,<br>welcome." in html
    assert html.count(LINK) == 3


def test_a_copy_of_the_consent_holds_the_whole_text_number_and_date(app):
    content = to_expert("consent_copy", reader())
    for part in (content.text, content.html):
        for needed in ("version 3", "Monday", "We ask for your time.", "- You may stop."):
            assert needed in part
    assert "You may stop.<br>" in content.html


@pytest.mark.parametrize("choice", list(Withdrawal))
def test_a_confirmation_says_what_becomes_of_the_answers(app, choice):
    said = {one: to_expert("withdrawn", reader(), Facts(choice=one)).text for one in Withdrawal}
    assert "as you chose" in said[choice]
    assert len(set(said.values())) == 3
    assert "/i/" not in said[choice]


def test_thanks_do_not_offer_changes_once_the_round_is_over(app):
    assert "you can until the round closes on Friday" in to_expert("thank_you", reader()).text
    assert (
        "closes" not in to_expert("thank_you", reader(), Facts(number="2", closing="Friday", over=True)).text
    )


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


def test_the_page_about_messages_lists_what_holds():
    page = (Path(__file__).parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")
    found = {
        cells[1].strip().strip("`"): [cell.strip() for cell in cells[3:7]]
        for cells in (
            line.split("|") for line in page.splitlines() if line.startswith("| `") and line.count("|") == 7
        )
    }
    groups = (OWN_WORDS, set(TO_EXPERTS) - AT_ONCE, CAPPED, WITH_CALENDAR)
    expected = {str(kind): ["yes" if kind in group else "no" for group in groups] for kind in TO_EXPERTS}
    assert found == expected
    named = set(re.findall(r"^\| `\{(\w+)\}`", page, re.MULTILINE))
    assert named == {name for kind in OWN_WORDS for name in allowed(kind)}
