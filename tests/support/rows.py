"""Rows of a table, and of all tables."""

from __future__ import annotations

from sqlalchemy import func, select, text

from delphi.db import Base, session


def count(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All that is stored, as it stands in the database now, to compare with a later moment."""
    session.rollback()
    names = [table.name for table in Base.metadata.sorted_tables]
    found = {
        name: sorted(map(tuple, session.execute(text(f'SELECT * FROM "{name}"'))), key=repr) for name in names
    }
    session.rollback()
    return found
