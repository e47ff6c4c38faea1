"""Experts under their pseudonym, the contact list that lives apart, and personal links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from delphi.db import Base
from delphi.domain.states import ExpertState
from delphi.domain.withdrawals import Withdrawal
from delphi.models.columns import Hash, Key, StudyId, words


class Expert(Base):
    __tablename__ = "expert"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    code: Mapped[str] = mapped_column(String(20))  # the pseudonym, such as W-K7Q2
    language: Mapped[str] = mapped_column(String(8))
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[ExpertState] = mapped_column(words(ExpertState), default=ExpertState.INVITED)
    reminders: Mapped[bool] = mapped_column(default=True)
    decline_reason: Mapped[str] = mapped_column(String(1000), default="")
    withdrawal: Mapped[Withdrawal | None] = mapped_column(words(Withdrawal))  # what became of the answers
    detached: Mapped[bool] = mapped_column(
        default=False
    )  # nobody: holds answers that were cut from their author
    created_at: Mapped[datetime]

    panels: Mapped[list[ExpertPanel]] = relationship(cascade="all, delete-orphan")


class ExpertPanel(Base):
    __tablename__ = "expert_panel"

    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True, index=True)


class Contact(Base):
    """Who an expert is. No other table holds a name or an address of an expert."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("study_id", "email"),)

    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), primary_key=True)
    study_id: Mapped[StudyId]
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254))  # lower case
    phone: Mapped[str] = mapped_column(String(40), default="")
    updated_at: Mapped[datetime]


class Link(Base):
    """A personal link; every message carries its own and all stay valid until revoked."""

    __tablename__ = "link"

    id: Mapped[Key]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
