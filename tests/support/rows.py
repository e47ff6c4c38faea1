"""Rows of a table."""

from __future__ import annotations

from sqlalchemy import func, select

from delphi.db import session


def count(model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
