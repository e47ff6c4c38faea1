"""What scoring says of an item in a closed round beside its verdict: computed once, kept with the code's version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base


class Analysis(Base):
    """`content`: fragility, stability, polarisation, panels against each other, and the verdict of every preset."""

    __tablename__ = "analysis"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    content: Mapped[dict[str, Any]]
    version: Mapped[str] = mapped_column(String(20))  # of the code
    computed_at: Mapped[datetime]
