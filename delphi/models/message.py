"""The outbox: a message is a row written in the same transaction as what caused it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key, words


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageTemplate(Base):
    """A study's own words for a kind of message in one language; without a row the platform's are used."""

    __tablename__ = "message_template"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class Message(Base):
    """Holds neither address nor text: both are made when it is sent, so a corrected address is the one used
    and no link is ever stored in clear."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(40))
    study_id: Mapped[int | None] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    announcement_id: Mapped[int | None] = mapped_column(
        ForeignKey("announcement.id", ondelete="CASCADE"), index=True
    )
    once: Mapped[str] = mapped_column(String(120), unique=True)  # the same cause never queues twice
    message_id: Mapped[str] = mapped_column(
        String(200), unique=True
    )  # the mail header, the same at every attempt
    language: Mapped[str] = mapped_column(String(8), default="")  # empty: the reader's at the time of sending
    state: Mapped[MessageState] = mapped_column(words(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]  # when to try (again); while sending, when the claim lapses
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(500), default="")  # the server's answer, without addresses
    reason: Mapped[str] = mapped_column(String(20), default="")  # why it waits or was cancelled
    created_at: Mapped[datetime]


class Farewell(Base):
    """Where the confirmation of a withdrawal goes, as the contact may be erased before it leaves.

    It names no expert, and is deleted as soon as the message has left or was given up.
    """

    __tablename__ = "farewell"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    choice: Mapped[str] = mapped_column(String(20))  # what becomes of the answers
