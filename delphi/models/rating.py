"""Ratings, with every change kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key


class Rating(Base):
    """One expert's answer now: a point, or unable to rate, or neither when it was taken back."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("round_id", "expert_id", "item_id", "criterion"),
        CheckConstraint("point IS NULL OR NOT unable", name="point_or_unable"),
        Index(None, "round_id", "id"),  # the latest of a round
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    criterion: Mapped[str] = mapped_column(String(40))
    point: Mapped[int | None]
    unable: Mapped[bool] = mapped_column(default=False)
    unable_reason: Mapped[str] = mapped_column(String(500), default="")
    moved_because: Mapped[str] = mapped_column(String(1000), default="")  # what changed the expert's mind
    updated_at: Mapped[datetime]


class RatingChange(Base):
    """What the answer became, each time; the first row is the first answer.

    `superseded`: it was made before a change that had already come in from another tab or device, so it never became
    the answer. `key` is the device's own name for the change: sent twice, it is stored once.
    """

    __tablename__ = "rating_change"
    __table_args__ = (UniqueConstraint("rating_id", "key"),)

    id: Mapped[Key]
    rating_id: Mapped[int] = mapped_column(ForeignKey("rating.id"), index=True)
    point: Mapped[int | None]
    unable: Mapped[bool]
    unable_reason: Mapped[str] = mapped_column(String(500), default="")
    moved_because: Mapped[str] = mapped_column(String(1000), default="")
    changed_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(40))
    superseded: Mapped[bool] = mapped_column(default=False)
