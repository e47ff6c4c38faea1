"""How a study presents itself to its experts: texts, order, safety and when it may write to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.domain.presentation import ItemOrder, Suggestions
from delphi.models.columns import Key, StudyId, words


class Presentation(Base):
    """One row a study; a study without a row has every default of `domain.presentation`."""

    __tablename__ = "presentation"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), primary_key=True)
    welcome: Mapped[Translated] = mapped_column(default=dict)  # what is asked, in a few lines
    viewpoint: Mapped[Translated] = mapped_column(default=dict)  # from whose point of view to answer
    practice: Mapped[Translated] = mapped_column(
        default=dict
    )  # the statement of the practice item; empty: none
    support: Mapped[Translated] = mapped_column(default=dict)  # whom an expert in distress may turn to
    page_size: Mapped[int] = mapped_column(default=5)
    item_order: Mapped[ItemOrder] = mapped_column(words(ItemOrder), default=ItemOrder.FIXED)
    suggestions: Mapped[Suggestions] = mapped_column(words(Suggestions), default=Suggestions.NONE)
    quick_exit: Mapped[str] = mapped_column(String(200), default="")  # where it leads; empty: switched off
    neutral_subjects: Mapped[bool] = mapped_column(default=False)
    quiet_from: Mapped[int | None]  # hours in the study's time zone between which no mail leaves
    quiet_until: Mapped[int | None]
    weekly_mails: Mapped[int] = mapped_column(default=3)  # reminders and notices to one expert in seven days
    deadline_notice: Mapped[int] = mapped_column(default=2)  # days before the end of a round; 0: none


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
