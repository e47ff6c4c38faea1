"""How a study presents itself to its experts: texts, order, safety and when it may write to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.domain.presentation import Choices, ItemOrder, Suggestions
from delphi.models.columns import Key, StudyId, words


class Presentation(Base):
    """`domain.presentation.Choices` as stored: one row a study, none where it chose nothing."""

    __tablename__ = "presentation"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    welcome: Mapped[Translated] = mapped_column(default=dict)
    viewpoint: Mapped[Translated] = mapped_column(default=dict)
    practice: Mapped[Translated] = mapped_column(default=dict)
    support: Mapped[Translated] = mapped_column(default=dict)
    page_size: Mapped[int] = mapped_column(default=Choices.page_size)
    item_order: Mapped[ItemOrder] = mapped_column(words(ItemOrder), default=Choices.item_order)
    suggestions: Mapped[Suggestions] = mapped_column(words(Suggestions), default=Choices.suggestions)
    quick_exit: Mapped[str] = mapped_column(String(200), default=Choices.quick_exit)
    neutral_subjects: Mapped[bool] = mapped_column(default=Choices.neutral_subjects)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    weekly_mails: Mapped[int] = mapped_column(default=Choices.weekly_mails)
    deadline_notice: Mapped[int] = mapped_column(default=Choices.deadline_notice)


class Question(Base):
    """A question about the expert; the answer is an attribute of that name."""

    __tablename__ = "question"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    position: Mapped[int] = mapped_column(default=0)
    attribute: Mapped[str] = mapped_column(String(80))
    text: Mapped[Translated]
    several: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[dict[str, Any]]]  # [{"value": "nurse", "label": {"en": "...", "fr": "..."}}]


class GlossaryTerm(Base):
    """A term explained in place, in each of the study's languages."""

    __tablename__ = "glossary_term"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    term: Mapped[Translated]
    meaning: Mapped[Translated]
