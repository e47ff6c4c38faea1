"""`delphi returned`: a report from standard input or a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from delphi.db import session
from delphi.models import Account, Message
from delphi.models.message import MessageState
from delphi.services import outbox
from tests.cli.conftest import Run
from tests.support.clock import Clock
from tests.support.reports_of_mail import report


@pytest.fixture
def message(app: Flask, alice: Account, clock: Clock) -> Message:
    made = outbox.enqueue("team_added", once="once", now=clock(), account=alice)
    assert made is not None
    made.state = MessageState.SENT
    session.commit()
    return made


def test_a_report_is_noted_once(run: Run, message: Message, tmp_path: Path) -> None:
    mail = report(message.message_id).decode()
    done = run("returned", typed=mail)
    assert (done.exit_code, done.output) == (0, "A message came back, and counts as not delivered.\n")
    session.refresh(message)
    assert message.state is MessageState.FAILED
    file = tmp_path / "report.eml"
    file.write_text(mail, encoding="utf-8")
    assert run("returned", str(file)).output.startswith("Nothing to note")


def test_any_other_mail_is_left_alone_without_a_failure(run: Run, message: Message) -> None:
    done = run("returned", typed="Subject: Thanks\n\nGladly.")
    assert done.exit_code == 0
    assert done.output.startswith("Nothing to note")
