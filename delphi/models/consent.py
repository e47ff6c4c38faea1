"""Versions of the consent text and who agreed to which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.models.columns import Key, StudyId


class ConsentText(Base):
    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    number: Mapped[int]
    texts: Mapped[Translated]
    created_at: Mapped[datetime]


class Consent(Base):
    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("expert_id", "consent_text_id"),)

    id: Mapped[Key]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id", ondelete="CASCADE"), index=True)
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    language: Mapped[str] = mapped_column(String(8))
    given_at: Mapped[datetime]
