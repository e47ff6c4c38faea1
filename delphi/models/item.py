"""Items and every wording they ever had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from delphi.db import Base, Translated
from delphi.domain.states import Descent, ItemState
from delphi.models.columns import Key, StudyId, words


class Item(Base):
    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("study_id", "code"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    domain_id: Mapped[int | None] = mapped_column(ForeignKey("domain.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)  # within the study
    state: Mapped[ItemState] = mapped_column(words(ItemState), default=ItemState.CANDIDATE)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the study's own, by `ItemField.key`
    created_at: Mapped[datetime]

    wordings: Mapped[list[Wording]] = relationship(order_by="Wording.number", back_populates="item")
    panels: Mapped[list[ItemPanel]] = relationship()


class ItemPanel(Base):
    """A panel that rates this item. An item with no row is for every panel."""

    __tablename__ = "item_panel"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"), primary_key=True)


class Wording(Base):
    """One numbered version of what an item says. Answers refer to it, so it never changes once shown."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    item: Mapped[Item] = relationship(back_populates="wordings")
    texts: Mapped[list[WordingText]] = relationship(cascade="all, delete-orphan")


class WordingText(Base):
    """A wording in one language; `examples` has one example a line."""

    __tablename__ = "wording_text"

    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    examples: Mapped[str] = mapped_column(Text, default="")


class ItemField(Base):
    """A property of items that the study adds, such as a source: for the team, never shown to experts."""

    __tablename__ = "item_field"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    key: Mapped[str] = mapped_column(String(40))  # as imports and exports name it
    name: Mapped[Translated]
    position: Mapped[int] = mapped_column(default=0)


class ItemDescent(Base):
    """One step of an item's genealogy: `from_id` was merged into, or split to give, `into_id`.

    It goes only when that is undone.
    """

    __tablename__ = "item_descent"
    __table_args__ = (UniqueConstraint("from_id", "into_id"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    from_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    kind: Mapped[Descent] = mapped_column(words(Descent))
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
