"""Ratings, with every change kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key


class Rating(Base):
    """One expert's answer now: a point, or unable to rate, or neither when it was taken back."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("round_id", "expert_id", "item_id", "criterion"),
        CheckConstraint("point IS NULL OR NOT unable", name="point_or_unable"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    criterion: Mapped[str] = mapped_column(String(40))
    point: Mapped[int | None]
    unable: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]


class RatingChange(Base):
    """What the answer became, each time; the first row is the first answer."""

    __tablename__ = "rating_change"

    id: Mapped[Key]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), index=True)
    point: Mapped[int | None]
    unable: Mapped[bool]
    changed_at: Mapped[datetime]
