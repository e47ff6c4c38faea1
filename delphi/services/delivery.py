"""Delivering the outbox in steps that the worker commits one by one: claim and write, send, settle.

A crash in between costs at most one message sent twice, with the same identity.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import ColumnElement, and_, select, update

from delphi.db import session
from delphi.domain.messages import MOST_TRIES, retry_at
from delphi.emails.transport import Fate, Outcome
from delphi.models import Message
from delphi.models.message import MessageState
from delphi.services import farewells, letters

CLAIM = timedelta(minutes=10)
HOLD = timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """A claimed message, written and ready to go."""

    message_id: int
    attempt: int
    mail: EmailMessage


def claim(now: datetime) -> Letter | None:
    """The next due message, for this worker alone; those no longer wanted are cancelled on the way."""
    while (message := _claimed(now)) is not None:
        if message.attempts > MOST_TRIES:  # only a worker that dies each time comes here
            message.state, message.error = MessageState.FAILED, "interrupted at every try"
            session.flush()
            continue
        try:
            with session.begin_nested():
                mail = letters.write(message, now)
        except Exception as error:  # noqa: BLE001 - one message must not hold up the others
            _cannot_write(message, error, now)
            continue
        if isinstance(mail, EmailMessage):
            return Letter(message.id, message.attempts, mail)
        if isinstance(mail, letters.Later):
            _put_off(message, mail)
            continue
        message.state, message.reason = MessageState.CANCELLED, mail or ""
        session.flush()
        log.info("message %s is no longer wanted: %s", message.id, mail or "there is nobody to write to")
    return None


def settle(letter: Letter, outcome: Outcome, now: datetime) -> None:
    """What came of it. Only "sent" stands whoever says it; the rest only while the claim is still ours."""
    ours = update(Message).where(Message.id == letter.message_id)
    if outcome.fate == Fate.SENT:
        session.execute(ours.values(state=MessageState.SENT, sent_at=now, error=""))
        farewells.settled(letter.message_id)
    else:
        held = ours.where(Message.state == MessageState.SENDING, Message.attempts == letter.attempt)
        after = _after(outcome, letter.attempt, now)
        session.execute(held.values(**after))
        if after["state"] == MessageState.FAILED:
            farewells.settled(letter.message_id)
    if outcome.fate == Fate.MISCONFIGURED:
        _hold_all(now)
    level = logging.DEBUG if outcome.fate == Fate.SENT else logging.WARNING
    log.log(level, "message %s: %s %s", letter.message_id, outcome.fate, outcome.answer)


def _claimed(now: datetime) -> Message | None:
    due = _due(now)
    next_one = select(Message.id).where(due).order_by(Message.due_at, Message.id).limit(1)
    taken = (
        update(Message)
        .where(Message.id == next_one.with_for_update(skip_locked=True).scalar_subquery(), due)
        .values(state=MessageState.SENDING, due_at=now + CLAIM, attempts=Message.attempts + 1, reason="")
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    message_id = session.scalar(taken)
    return session.get(Message, message_id, populate_existing=True) if message_id else None


def _due(now: datetime) -> ColumnElement[bool]:
    """Waiting for its time, or claimed by a worker that did not live to tell what came of it."""
    return and_(Message.state.in_((MessageState.QUEUED, MessageState.SENDING)), Message.due_at <= now)


def _after(outcome: Outcome, attempts: int, now: datetime) -> dict[str, object]:
    if outcome.fate == Fate.MISCONFIGURED:  # does not count as a try
        held = {"state": MessageState.QUEUED, "due_at": now + HOLD, "attempts": attempts - 1}
        return {**held, "error": outcome.answer}
    again = None if outcome.fate == Fate.REFUSED else retry_at(attempts, now)
    if again is None:
        return {"state": MessageState.FAILED, "error": outcome.answer}
    return {"state": MessageState.QUEUED, "due_at": again, "error": outcome.answer}


def _hold_all(now: datetime) -> None:
    """A server that lets nobody in is not asked again for every message that waits."""
    waiting = update(Message).where(Message.state == MessageState.QUEUED, Message.due_at < now + HOLD)
    session.execute(waiting.values(due_at=now + HOLD))


def _put_off(message: Message, later: letters.Later) -> None:
    """Until the quiet hours are over or the week has room; this was no try."""
    message.state, message.attempts = MessageState.QUEUED, message.attempts - 1
    message.due_at, message.reason = later.until, later.reason
    session.flush()


def _cannot_write(message: Message, error: Exception, now: datetime) -> None:
    """The error's own words may hold an address, so only its name and place are told."""
    place = "".join(traceback.format_tb(error.__traceback__))
    log.error("message %s could not be written: %s\n%s", message.id, type(error).__name__, place)
    outcome = Outcome(Fate.POSTPONED, f"could not be written ({type(error).__name__})")
    for name, value in _after(outcome, message.attempts, now).items():
        setattr(message, name, value)
    session.flush()
