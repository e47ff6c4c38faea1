"""The tree items hang in: part, domain, sub-domain."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.models.columns import Key, StudyId, words


class DomainLevel(StrEnum):
    PART = "part"
    DOMAIN = "domain"
    SUBDOMAIN = "subdomain"


class Domain(Base):
    __tablename__ = "domain"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("domain.id"), index=True)
    level: Mapped[DomainLevel] = mapped_column(words(DomainLevel))
    name: Mapped[Translated]
    content_note: Mapped[Translated] = mapped_column(default=dict)  # told before its items are shown
    narrative: Mapped[Translated] = mapped_column(default=dict)  # the team's own, for the final framework
    left_empty: Mapped[Translated] = mapped_column(
        default=dict
    )  # why it has no items on purpose; {}: it is not
    position: Mapped[int] = mapped_column(default=0)  # among its siblings
