"""Comments on an item in a round, with every change kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.domain.comments import CommentKind
from delphi.models.columns import Key, words


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
    kind: Mapped[CommentKind | None] = mapped_column(words(CommentKind))  # as its author calls it
    updated_at: Mapped[datetime]
    hidden: Mapped[bool] = mapped_column(default=False)  # kept, but shown to no expert
    chosen: Mapped[bool] = mapped_column(default=False)  # goes into the feedback


class CommentChange(Base):
    """As `RatingChange`."""

    __tablename__ = "comment_change"
    __table_args__ = (UniqueConstraint("comment_id", "key"),)

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[CommentKind | None] = mapped_column(words(CommentKind))
    changed_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(40))
    superseded: Mapped[bool] = mapped_column(default=False)
