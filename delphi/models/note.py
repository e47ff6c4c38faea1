"""Words from an expert to the team, such as answers that came too late to be saved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key, StudyId


class Note(Base):
    __tablename__ = "note"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
