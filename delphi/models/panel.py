"""A group of experts whose agreement is looked at on its own."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.models.columns import Key, StudyId


class Panel(Base):
    __tablename__ = "panel"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    code: Mapped[str] = mapped_column(String(40))  # as protocols, imports and exports name it
    name: Mapped[Translated]
    position: Mapped[int] = mapped_column(default=0)
