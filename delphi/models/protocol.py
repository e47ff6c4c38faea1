"""The protocol's versions: a draft, then the sealed one, then numbered amendments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key, StudyId


class Protocol(Base):
    """`document` is the TOML text; once `sealed_at` is set neither it nor `digest` (SHA-256) changes."""

    __tablename__ = "protocol"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    number: Mapped[int]  # 1 is the first; higher ones are amendments
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[datetime | None]
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was amended
    after_data: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
