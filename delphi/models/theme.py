"""Coding comments: a study's own list of themes, and which coder saw which in a comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key, StudyId


class Theme(Base):
    """For the team only, so in one language. A retired one is offered no more; codings with it stay."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    name: Mapped[str] = mapped_column(String(80))
    meaning: Mapped[str] = mapped_column(Text, default="")  # when it applies
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Coding(Base):
    """One coder has read one comment; with no themes: none applies."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("comment_id", "coder_id"),)

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    coder_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    coded_at: Mapped[datetime]


class CodingTheme(Base):
    __tablename__ = "coding_theme"

    coding_id: Mapped[int] = mapped_column(ForeignKey("coding.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)


class Settlement(Base):
    """What coders agreed on by talking, after each had coded apart; their own codings stay as they were."""

    __tablename__ = "settlement"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    settled_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime]


class SettlementTheme(Base):
    __tablename__ = "settlement_theme"

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("settlement.comment_id", ondelete="CASCADE"), primary_key=True
    )
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
