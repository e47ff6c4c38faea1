"""Rounds: which items, which panels, and who was asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from delphi.db import Base, Translated
from delphi.domain.states import Invited, RoundState
from delphi.models.columns import Key, StudyId, words


class Round(Base):
    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("study_id", "number"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    number: Mapped[int]
    state: Mapped[RoundState] = mapped_column(words(RoundState), default=RoundState.DRAFT)
    instructions: Mapped[Translated] = mapped_column(default=dict)
    opens_at: Mapped[datetime | None]  # None: opened by hand
    closes_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(String(64))  # the zone the two times were stated in
    invited: Mapped[Invited] = mapped_column(words(Invited), default=Invited.EVERYONE)
    protocol_id: Mapped[int | None] = mapped_column(
        ForeignKey("protocol.id")
    )  # the sealed one in force when it opened
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    items: Mapped[list[RoundItem]] = relationship(
        foreign_keys="RoundItem.round_id", order_by="RoundItem.position", cascade="all, delete-orphan"
    )
    panels: Mapped[list[RoundPanel]] = relationship(cascade="all, delete-orphan")


class RoundItem(Base):
    """An item as asked in a round: the wording shown and the last closed round it was rated in."""

    __tablename__ = "round_item"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))  # fixed when the round opens
    previous_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    position: Mapped[int] = mapped_column(default=0)


class RoundPanel(Base):
    __tablename__ = "round_panel"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)


class Participation(Base):
    """An expert asked in a round, with the panels held then: a later move does not rewrite a round."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("round_id", "expert_id"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    opened_at: Mapped[datetime | None]  # when a link was first opened in this round
    submitted_at: Mapped[datetime | None]
    seed: Mapped[int] = mapped_column(default=0)  # what the order of this expert's items is drawn from

    panels: Mapped[list[ParticipationPanel]] = relationship(cascade="all, delete-orphan")


class ParticipationPanel(Base):
    __tablename__ = "participation_panel"

    participation_id: Mapped[int] = mapped_column(
        ForeignKey("participation.id", ondelete="CASCADE"), primary_key=True
    )
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), primary_key=True)
