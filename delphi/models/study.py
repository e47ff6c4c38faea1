"""A study and the people who run it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from delphi.db import Base, Translated
from delphi.domain.news import News
from delphi.domain.permissions import Role
from delphi.domain.states import StudyState
from delphi.models.account import Account
from delphi.models.columns import Key, StudyId, words


class Study(Base):
    __tablename__ = "study"

    id: Mapped[Key]
    title: Mapped[Translated]
    languages: Mapped[list[str]]  # the first is the study's main language
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    contact: Mapped[str] = mapped_column(String(500), default="")  # whom experts may ask, shown to them
    state: Mapped[StudyState] = mapped_column(words(StudyState), default=StudyState.DRAFT)
    release_redactions: Mapped[bool] = mapped_column(default=False)  # a second person looks at each
    rehearsal_of_id: Mapped[int | None] = mapped_column(ForeignKey("study.id"), index=True)  # a dry run of it
    created_at: Mapped[datetime]
    concluded_at: Mapped[datetime | None]


class Membership(Base):
    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("study_id", "account_id"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(words(Role))
    news: Mapped[News] = mapped_column(
        words(News), default=News.DAILY
    )  # by mail, of what happens in the study
    told_until: Mapped[int] = mapped_column(default=0)  # the last event that such a mail covered
    created_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    study: Mapped[Study] = relationship()
