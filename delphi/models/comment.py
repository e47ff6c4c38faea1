"""Comments on an item in a round, with every change kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key


class Comment(Base):
    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("round_id", "expert_id", "item_id"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    updated_at: Mapped[datetime]
    hidden: Mapped[bool] = mapped_column(default=False)  # kept, but shown to no expert
    chosen: Mapped[bool] = mapped_column(default=False)  # goes into the feedback


class CommentChange(Base):
    __tablename__ = "comment_change"

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
