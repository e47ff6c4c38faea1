"""Which rows of which tables are one study's."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, select

from delphi.db import Base


def tables() -> list[Table]:
    """Those that hold rows of studies, each after what it refers to."""
    return [table for table in Base.metadata.sorted_tables if _belongs(table, 0) is not None]


def of(table: Table, study_id: int) -> ColumnElement[bool]:
    """SQL for: this row is the study's."""
    found = _belongs(table, study_id)
    if found is None:
        raise ValueError(f"{table.name} holds no rows of studies")
    return found


def _belongs(table: Table, study_id: int) -> ColumnElement[bool] | None:
    """Found along the keys that every row has. None: rows of no study."""
    if table.name == "study":
        return table.c.id == study_id
    if "study_id" in table.c:
        return table.c.study_id == study_id
    for key in sorted(table.foreign_keys, key=lambda one: str(one.parent.name)):
        column, above = key.parent, key.column.table
        inner = None if column.nullable or above is table else _belongs(above, study_id)
        if inner is not None:
            return column.in_(select(key.column).where(inner))
    return None
