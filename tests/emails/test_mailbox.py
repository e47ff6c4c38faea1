"""The demo's folder of messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from delphi.emails import mailbox
from delphi.emails.envelope import address, compose
from delphi.emails.messages import Content
from delphi.emails.transport import Fate, Mailbox
from tests.support.clock import START


def mail(number: int, minutes: int = 0):
    return compose(
        Content(f"Été {number}", "text", "<p>html</p>"),
        sender=address("delphi@example.org"),
        recipient=address("ben@example.org", "Ben"),
        message_id=f"<{number}@example.org>",
        now=START + timedelta(minutes=minutes),
    )


def test_newest_first_and_page_by_page(tmp_path):
    for number in range(5):
        mailbox.keep(tmp_path, mail(number, minutes=number))
    first = mailbox.newest(tmp_path, 2)
    assert [kept.subject for kept in first] == ["Été 4", "Été 3"]
    assert first[0].to == "Ben <ben@example.org>"
    assert first[0].sent_at == START + timedelta(minutes=4)
    assert [kept.subject for kept in mailbox.newest(tmp_path, 9, before=first[1].name)] == [
        "Été 2",
        "Été 1",
        "Été 0",
    ]


def test_reads_back_both_versions(tmp_path):
    mailbox.keep(tmp_path, mail(1))
    read = mailbox.read(tmp_path, mailbox.newest(tmp_path, 1)[0].name)
    assert mailbox.body(read, "plain").strip() == "text"
    assert mailbox.body(read, "html").strip() == "<p>html</p>"


def test_a_folder_that_is_not_there_is_empty(tmp_path):
    assert mailbox.newest(tmp_path / "nothing", 10) == []


def test_half_a_message_is_never_listed(tmp_path):
    mailbox.keep(tmp_path, mail(1))
    (tmp_path / "tmpabc.part").write_bytes(b"From: half")
    (tmp_path / "stranger.eml").write_bytes(b"From: me")
    assert len(mailbox.newest(tmp_path, 10)) == 1


@pytest.mark.parametrize(
    "name", ["../secret", "..%2fsecret", "/etc/passwd", "secret", "", "20260302T090000-../secret"]
)
def test_no_other_file_can_be_asked_for(tmp_path, name):
    (tmp_path / "secret.eml").write_text("Subject: secret")
    assert mailbox.read(tmp_path / "mailbox", name) is None
    assert mailbox.read(tmp_path, name) is None


def test_a_folder_that_cannot_be_written_keeps_messages_waiting(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    outcome = Mailbox(blocked).send(mail(1))
    assert outcome.fate == Fate.UNREACHABLE
    assert str(tmp_path) not in outcome.answer
