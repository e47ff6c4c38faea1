"""Messages the team plans or writes itself: reminders at stated times, and one-off announcements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.models.columns import Key, StudyId


class PlannedReminder(Base):
    """When the worker is to remind those of a round who are not done; whom is looked up then."""

    __tablename__ = "planned_reminder"

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    count: Mapped[int | None]  # how many were queued


class Announcement(Base):
    """A message in the team's own words to experts of a study; `audience` says which, as chosen on the page."""

    __tablename__ = "announcement"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    subject: Mapped[Translated]
    body: Mapped[Translated]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime]
    count: Mapped[int]
