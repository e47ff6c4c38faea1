"""What an expert had on screen: the wording, and the feedback beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base


class Exposure(Base):
    """The first time a card was on screen; the feedback is that of `feedback_round_id`, frozen then."""

    __tablename__ = "exposure"

    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    feedback_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    language: Mapped[str] = mapped_column(String(8))
    seen_at: Mapped[datetime]
