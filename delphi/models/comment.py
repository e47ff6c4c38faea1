"""Comments on an item in a round, with every change kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
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
    place: Mapped[int | None]  # among the chosen ones of its item; None: after those that have one


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


class Redaction(Base):
    """Words taken out of a comment, such as a name; the original stays in `Comment.text`.

    In force at once, or where the study wants a second person's release, once `released_at` is set. The latest counts.
    """

    __tablename__ = "redaction"

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)  # what is read instead
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime | None]


class CommentAnswer(Base):
    """What the team did with a comment, told to experts; the latest counts."""

    __tablename__ = "comment_answer"

    id: Mapped[Key]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    text: Mapped[Translated]
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))  # the new wording it led to
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
