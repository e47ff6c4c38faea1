"""Mails that a server took and that came back: by the server's own report, or as somebody read it in the mailbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from delphi.db import session
from delphi.emails import returned as reports
from delphi.models import Account, Message
from delphi.models.message import MessageState
from delphi.services import history


def by_report(mail: bytes, now: datetime) -> bool:
    """Whether the report is about a message of ours that counted as delivered."""
    report = reports.read(mail)
    query = select(Message).where(Message.message_id == report.identity) if report else None
    message = session.scalar(query) if query is not None else None
    return message is not None and report is not None and note(message, report.answer, now=now)


def note(message: Message, answer: str = "", *, by: Account | None = None, now: datetime) -> bool:
    """It has not arrived after all, and counts as refused; a later one to the same expert may. Twice is once."""
    sent = update(Message).where(Message.id == message.id, Message.state == MessageState.SENT)
    marked = session.execute(sent.values(state=MessageState.FAILED, error=answer)).rowcount  # type: ignore[attr-defined]
    if marked and message.study_id is not None:
        history.record(message.study_id, "message.came_back", by, now=now, message=message.id)
    return bool(marked)
