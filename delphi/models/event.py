"""Who did what in a study, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key, StudyId


class Event(Base):
    __tablename__ = "event"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: the platform itself
    kind: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    happened_at: Mapped[datetime]
