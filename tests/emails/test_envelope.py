"""Headers: safe, complete, and right in any script."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, strategies as st

from delphi.emails.envelope import address, compose, one_line, sender
from delphi.emails.mailbox import header
from delphi.emails.messages import Content
from tests.support.clock import START


def sent(subject: str = "Round 1", name: str = "Ben", title: str = "A study", **other) -> EmailMessage:
    mail = compose(
        Content(subject, "Bonjour à tous\n", "<p>Bonjour à tous</p>"),
        sender=sender("delphi@example.org", title),
        recipient=address("ben@example.org", name),
        message_id="<abc@example.org>",
        now=START,
        **other,
    )
    raw = mail.as_bytes()
    assert raw.isascii()
    return message_from_bytes(raw, _class=EmailMessage, policy=SMTP)


def test_every_header_a_message_needs():
    mail = sent(stop_reminders="https://delphi.example.org/u/abc")
    assert mail["From"] == "A study <delphi@example.org>"
    assert mail["To"] == "Ben <ben@example.org>"
    assert mail["Subject"] == "Round 1"
    assert mail["Date"].datetime == START
    assert mail["Message-ID"] == "<abc@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://delphi.example.org/u/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_staff_have_nothing_to_unsubscribe_from():
    assert sent()["List-Unsubscribe"] is None


def test_text_first_then_html():
    mail = sent()
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content().strip() == "Bonjour à tous"


@pytest.mark.parametrize("breaking", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x00"])
def test_no_text_of_ours_can_add_a_header(breaking):
    evil = f"Study{breaking}Bcc: charlie@example.org"
    mail = sent(subject=evil, name=evil, title=evil)
    assert mail["Bcc"] is None
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "ben@example.org"
    assert "charlie" in mail["Subject"]


def test_names_and_subjects_in_any_script_arrive_whole():
    title = "Étude sur l’écoute – première « ronde », " + "très longue " * 12 + "日本語"
    mail = sent(subject=title, name='Chloé "d\'Été", 医師', title=title)
    assert mail["Subject"] == title
    assert header(mail, "From") == f"{title} <delphi@example.org>"
    assert header(mail, "To") == 'Chloé "d\'Été", 医師 <ben@example.org>'
    assert len(mail["To"].addresses) == 1


@given(text=st.text(max_size=300), name=st.text(max_size=200))
def test_any_subject_and_name_arrive_as_one_clean_line(text, name):
    mail = sent(subject=text, name=name)
    assert header(mail, "Subject") == one_line(text)
    assert header(mail, "To") == (
        f"{one_line(name)} <ben@example.org>" if one_line(name) else "ben@example.org"
    )
    assert set(mail.keys()) <= {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"),
    }


def test_no_line_of_a_header_is_longer_than_mail_allows():
    raw = sent(subject="été " * 60, name="Zoé " * 40, title="日本語 " * 30).as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 78


def test_a_domain_in_any_script_is_put_as_mail_servers_read_it():
    assert address("chloe@été.example").addr_spec == "chloe@xn--t-9fab.example"


@pytest.mark.parametrize(
    "wrong", ["", "ben", "@example.org", "ben@", "ben@example.org\nBcc: x@y.z", "b\u00a0n@example.org"]
)
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(ValueError):
        address(wrong)


def test_one_line_keeps_words():
    assert one_line(" a\r\n b\tc\x7f ") == "a b c"


def test_the_space_before_a_french_colon_does_not_break():
    assert (
        header(sent(subject="Étude\u00a0: le tour 1 est ouvert"), "Subject")
        == "Étude\u00a0: le tour 1 est ouvert"
    )


def test_a_sender_name_of_its_own_is_used_when_there_is_no_study():
    assert sender("House of Delphi <d@example.org>", "").display_name == "House of Delphi"
