"""The outbox: what is to be sent, put there in the transaction of what caused it, and what became of it."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from delphi.db import ask_for_bell, insert_into, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import CAPPED, WITH_CALENDAR, MessageKind, Reason
from delphi.domain.sending import WEEK
from delphi.emails import transport
from delphi.models import Account, Announcement, Expert, Message, Round, Study
from delphi.models.message import MessageState
from delphi.services import history

FINISHED = (MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED)
_when = func.coalesce(Message.sent_at, Message.created_at)


def enqueue(
    kind: str,
    *,
    once: str,
    now: datetime,
    study: Study | None = None,
    expert: Expert | None = None,
    account: Account | None = None,
    round: Round | None = None,
    language: str = "",
) -> Message | None:
    """One message to one expert or account; None when the same cause (`once`) has queued it already."""
    study_id = study.id if study else expert.study_id if expert else None
    row = _row(
        kind,
        once,
        now,
        study_id=study_id,
        expert_id=expert.id if expert else None,
        account_id=account.id if account else None,
        round_id=round.id if round else None,
        language=language,
    )
    return next(iter(_insert([row])), None)


def queue_round_invitations(round: Round, experts: Iterable[Expert], now: datetime) -> int:
    """One invitation each, however often this is asked; how many were new."""
    return queue_each(MessageKind.ROUND_INVITATION, experts, f"round-{round.id}", now, round=round)


def queue_each(
    kind: str,
    experts: Iterable[Expert],
    cause: str,
    now: datetime,
    *,
    round: Round | None = None,
    announcement: Announcement | None = None,
) -> int:
    """One message to each for this cause; how many were new."""
    rows = [
        _row(
            kind,
            f"{cause}-expert-{expert.id}",
            now,
            study_id=expert.study_id,
            expert_id=expert.id,
            round_id=round.id if round else None,
            announcement_id=announcement.id if announcement else None,
        )
        for expert in experts
    ]
    return len(_insert(rows))


def _row(kind: str, once: str, now: datetime, **about: Any) -> dict[str, Any]:
    return {
        "kind": MessageKind(kind).value,
        "account_id": None,
        "announcement_id": None,
        "language": "",
        "once": once,
        "message_id": _message_id(),
        "state": MessageState.QUEUED,
        "attempts": 0,
        "due_at": now,
        "error": "",
        "reason": "",
        "created_at": now,
        **about,
    }


def _message_id() -> str:
    domain = parseaddr(current_app.config["SETTINGS"].mail_from)[1].rpartition("@")[2]
    return f"<{secrets.token_hex(16)}@{domain or 'localhost'}>"


def _insert(rows: list[dict[str, Any]]) -> list[Message]:
    """The rows whose cause is new; the database decides, so that two doors at once queue one message."""
    if not rows:
        return []
    new = insert_into(Message).on_conflict_do_nothing(index_elements=["once"]).returning(Message)
    added = list(session.scalars(new, rows))
    if added:
        ask_for_bell("outbox")
    return added


@dataclass(frozen=True)
class Delivery:
    """What became of one message, for those who know experts by pseudonym only."""

    message_id: int
    expert_id: int
    code: str
    kind: str
    state: MessageState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    error: str
    reason: str
    created_at: datetime
    latest: bool  # nothing of this kind went to this expert later

    @property
    def moment(self) -> datetime:
        """When it left or will; of one that does not leave, when it was asked for."""
        if self.state in (MessageState.FAILED, MessageState.CANCELLED):
            return self.created_at
        return self.sent_at or self.due_at

    @property
    def answer_code(self) -> str:
        """Only the numbers of what the server said, such as "550 5.1.1": its words may tell who it is about."""
        found = re.match(r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?", self.error)
        return found[0] if found else ""

    @property
    def can_resend(self) -> bool:
        return self.latest and self.state in FINISHED


def of_round(round: Round) -> list[Delivery]:
    """Every message of a round by pseudonym, the latest to each expert first; no address, one statement."""
    return of_rounds([round])[round.id]


def of_rounds(rounds: Sequence[Round]) -> dict[int, list[Delivery]]:
    """The same of several rounds, by their ids."""
    newest = func.max(Message.id).over(partition_by=(Message.round_id, Message.expert_id, Message.kind))
    query = (
        select(
            Message.round_id,
            Message.id,
            Expert.id,
            Expert.code,
            Message.kind,
            Message.state,
            Message.attempts,
            Message.due_at,
            Message.sent_at,
            Message.error,
            Message.reason,
            Message.created_at,
        )
        .add_columns(newest == Message.id)
        .join(Expert, Expert.id == Message.expert_id)
        .where(Message.round_id.in_([one.id for one in rounds]))
        .order_by(Expert.code, Message.id.desc())
    )
    found: dict[int, list[Delivery]] = {one.id: [] for one in rounds}
    for round_id, *row in session.execute(query):
        found[round_id].append(Delivery(*row))
    return found


def states_of(study: Study, kind: MessageKind) -> dict[MessageState, int]:
    """What became of the messages of one kind, counted."""
    counted = select(Message.state, func.count().label("number"))
    to_experts = counted.where(
        Message.study_id == study.id, Message.kind == kind, Message.account_id.is_(None)
    )
    return {row.state: row.number for row in session.execute(to_experts.group_by(Message.state))}


def find(study: Study, message_id: int) -> Message:
    message = session.get(Message, message_id)
    if message is None or message.study_id != study.id:
        raise NotFound("message.not_found")
    return message


def resend(message: Message, by: Account, now: datetime) -> Message | None:
    """The same message once more, as a new row with a new link; None when this was asked before."""
    if message.state not in FINISHED:
        raise DomainError("message.wrong_state", state=str(message.state))
    row = _row(
        message.kind,
        f"again-{message.id}",
        now,
        study_id=message.study_id,
        expert_id=message.expert_id,
        account_id=message.account_id,
        round_id=message.round_id,
        announcement_id=message.announcement_id,
        language=message.language,
    )
    again = next(iter(_insert([row])), None)
    if again is not None and message.study_id is not None:
        history.record(message.study_id, "message.resent", by=by, now=now, message=message.id, again=again.id)
    return again


def cancel_for(expert: Expert) -> int:
    """Nothing that still waits goes to this expert; how many there were."""
    return _cancel(Message.expert_id == expert.id, Reason.LEFT)


def take_up_invitations(reopened: Round, now: datetime) -> int:
    """Invitations that waited when the round closed wait again; how many there are."""
    waiting = update(Message).where(
        Message.round_id == reopened.id,
        Message.kind == MessageKind.ROUND_INVITATION,
        Message.state == MessageState.CANCELLED,
        Message.reason == Reason.NO_ANSWERS.value,
    )
    taken = session.execute(waiting.values(state=MessageState.QUEUED, reason="", due_at=now)).rowcount  # type: ignore[attr-defined]
    if taken:
        ask_for_bell("outbox")
    return int(taken)


def cancel_asking(closed: Round) -> int:
    """What asks for answers to this round and still waits has come too late; how many there were."""
    return _cancel(and_(Message.round_id == closed.id, Message.kind.in_(WITH_CALENDAR)), Reason.NO_ANSWERS)


def _cancel(which: ColumnElement[bool], reason: Reason) -> int:
    waiting = update(Message).where(which, Message.state == MessageState.QUEUED)
    return session.execute(waiting.values(state=MessageState.CANCELLED, reason=reason.value)).rowcount  # type: ignore[attr-defined, no-any-return]


def want_reminders(expert: Expert, wanted: bool) -> None:
    """What the expert asked for, by the link in a message or on the personal page; not a withdrawal."""
    expert.reminders = wanted


def capped_lately(expert_ids: Collection[int], now: datetime) -> dict[int, list[datetime]]:
    """When each of these experts was, or is about to be, sent what is limited in a week."""
    rows = session.execute(
        select(Message.expert_id, _when)
        .where(Message.expert_id.in_(expert_ids), Message.kind.in_(CAPPED), _when > now - WEEK)
        .where(Message.state.in_((MessageState.QUEUED, MessageState.SENDING, MessageState.SENT)))
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for expert_id, moment in rows:
        found[expert_id or 0].append(moment)
    return found


def capped_before(message: Message, now: datetime) -> list[datetime]:
    """What of it this expert has been sent, or another worker is sending, when this message is to leave."""
    sending = and_(Message.state == MessageState.SENDING, Message.id < message.id)
    return list(
        session.scalars(
            select(_when)
            .where(Message.expert_id == message.expert_id, Message.kind.in_(CAPPED), _when > now - WEEK)
            .where(or_(Message.state == MessageState.SENT, sending))
        )
    )


def problem() -> str | None:
    """The code of what keeps every message from leaving, if anything does."""
    if transport.of(current_app.config["SETTINGS"]) is None:
        return "message.no_mail_server"
    # A first try that was handed back, uncounted, was no fault of the message: the server does not let us in.
    refused = select(Message.id).where(
        Message.state == MessageState.QUEUED, Message.attempts == 0, Message.error != ""
    )
    return "message.mail_server_refuses" if session.scalar(refused.limit(1)) else None
