"""What experts see of a decided round, frozen when it was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base


class Feedback(Base):
    __tablename__ = "feedback"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    content: Mapped[dict[str, Any]]
    frozen_at: Mapped[datetime]
