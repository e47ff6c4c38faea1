"""What experts propose: a missing item, or a better wording of one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from delphi.db import Base, Translated
from delphi.domain.states import SuggestionState
from delphi.models.columns import Key, StudyId, words


class Suggestion(Base):
    """`item_id` None: a new item, for `domain_id` where the expert named one."""

    __tablename__ = "suggestion"

    id: Mapped[Key]
    study_id: Mapped[StudyId]
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    domain_id: Mapped[int | None] = mapped_column(ForeignKey("domain.id"))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[SuggestionState] = mapped_column(words(SuggestionState), default=SuggestionState.WAITING)
    reply: Mapped[Translated] = mapped_column(default=dict)  # what the team answers, shown to the expert
    became_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))  # accepted as, or merged into
    created_at: Mapped[datetime]
    key: Mapped[str | None] = mapped_column(String(40), unique=True)  # the same one sent twice is one
