"""Something long that the worker makes for a study: a file to keep, or the analysis of a round."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base
from delphi.domain.works import WorkState
from delphi.models.columns import Hash, Key, StudyId, words


class Work(Base):
    """`options` say what of its kind, such as the language; `fingerprint` is of what it was made from."""

    __tablename__ = "work"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    kind: Mapped[str] = mapped_column(String(40))
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[WorkState] = mapped_column(words(WorkState), default=WorkState.WAITING, index=True)
    step: Mapped[str] = mapped_column(String(40), default="")  # what is being done now
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)  # 0: not known
    fingerprint: Mapped[Hash] = mapped_column(default="")
    file: Mapped[str | None] = mapped_column(String(200))  # its name in the study's folder
    size: Mapped[int | None]  # bytes
    digest: Mapped[Hash | None]  # SHA-256 of the file
    error: Mapped[str | None] = mapped_column(String(80))  # a code that has words
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: the platform itself
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
