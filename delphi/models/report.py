"""What the team writes into reports, and which of their sections it leaves out."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.models.columns import Key, StudyId


class ReportText(Base):
    """The team's own text of a section of a document in one language; generated parts stand beside it."""

    __tablename__ = "report_text"
    __table_args__ = (UniqueConstraint("study_id", "document", "section", "language"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    document: Mapped[str] = mapped_column(String(20))
    section: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)


class OmittedSection(Base):
    __tablename__ = "omitted_section"
    __table_args__ = (UniqueConstraint("study_id", "document", "section"),)

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    document: Mapped[str] = mapped_column(String(20))
    section: Mapped[str] = mapped_column(String(60))
