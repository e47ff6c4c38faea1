"""What the facilitator did with a verdict."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key


class Decision(Base):
    """Rows are only added; the latest for a round and item is in force, and one that is `undone` means none is."""

    __tablename__ = "decision"

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))  # what the rules said
    outcome: Mapped[str] = mapped_column(String(20))  # what was decided
    reason: Mapped[str] = mapped_column(Text, default="")
    undone: Mapped[bool] = mapped_column(default=False)  # takes the one before back
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
