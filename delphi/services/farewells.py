"""The confirmation of a withdrawal. Its address is kept apart from the expert, and only until it has left."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from delphi.db import session
from delphi.domain.messages import MessageKind
from delphi.domain.withdrawals import Withdrawal
from delphi.emails import transport
from delphi.models import Contact, Expert, Farewell, Message, Study
from delphi.models.message import MessageState
from delphi.services import outbox

KEPT = timedelta(days=3)  # a server that lets nobody in for longer costs the confirmation, not the promise


def queue(study: Study, expert: Expert, choice: Withdrawal, now: datetime) -> Message | None:
    """Call it before anything of the contact is erased; None where no mail can leave.

    The message names no expert: neither what it is called nor what it holds leads back to the answers.
    """
    contact = session.get(Contact, expert.id)
    if contact is None or transport.of(current_app.config["SETTINGS"]) is None:
        return None
    once = f"farewell-{secrets.token_hex(16)}"
    message = outbox.enqueue(MessageKind.WITHDRAWN, once=once, now=now, study=study, language=expert.language)
    if message is not None:
        session.add(Farewell(message_id=message.id, email=contact.email, choice=choice))
        session.flush()
    return message


def settled(message_id: int) -> None:
    """The address is not needed any more."""
    session.execute(delete(Farewell).where(Farewell.message_id == message_id))


def forget(now: datetime) -> None:
    """Addresses whose message has not left for days."""
    late = (
        select(Message.id).join(Farewell).where(Message.created_at <= now - KEPT).with_for_update(of=Message)
    )
    ids = session.scalars(late).all()
    if ids:
        stopped = update(Message).where(Message.id.in_(ids), Message.state == MessageState.QUEUED)
        session.execute(stopped.values(state=MessageState.CANCELLED))
        session.execute(delete(Farewell).where(Farewell.message_id.in_(ids)))
