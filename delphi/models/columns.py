"""Column types that several nouns share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from sqlalchemy import Enum, ForeignKey, Integer, String
from sqlalchemy.orm import mapped_column

Key = Annotated[int, mapped_column(Integer, primary_key=True)]
StudyId = Annotated[int, mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)]
Hash = Annotated[str, mapped_column(String(64))]


def words(kind: type[StrEnum]) -> Enum:
    """An enumeration stored by its value in a plain text column, checked in Python and readable in SQL."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        values_callable=lambda members: [str(member) for member in members],
    )
