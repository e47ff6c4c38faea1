"""What the sealed rules said of an item in a round."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base


class StoredVerdict(Base):
    """`judgement` is the whole of scoring's Judgement: statistics of every group and what decided."""

    __tablename__ = "verdict"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    judgement: Mapped[dict[str, Any]]
    shown_groups: Mapped[list[str]]  # groups large enough to show, see domain/anonymity.py
    computed_at: Mapped[datetime]
