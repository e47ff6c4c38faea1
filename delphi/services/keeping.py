"""How an answer is kept: a row for what it is now, one for each change. The same again changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, update

from delphi.db import insert_into, session
from delphi.models import Comment, Rating

Values = dict[str, Any]


def given() -> ColumnElement[bool]:
    """SQL for: this rating says something, a point or unable to rate; it was not taken back."""
    return or_(Rating.point.is_not(None), Rating.unable)


def put(model: type[Rating | Comment], place: Values, answer: Values, beside: Values) -> int | None:
    """The id of the row that now holds a new answer; None where it held the same already.

    The database decides, so that a double click or two tabs at once make one row.
    """
    new = insert_into(model).values(**place, **answer, **beside)
    changed = new.on_conflict_do_update(
        index_elements=list(place), set_={**answer, **beside}, where=_differs(model, answer)
    )
    row_id: int | None = session.scalar(changed.returning(model.id))
    return row_id


def empty(model: type[Rating | Comment], place: Values, answer: Values, beside: Values) -> int | None:
    """Take an answer back; None where there was none. What it was stays among its changes."""
    found = [getattr(model, name) == value for name, value in place.items()]
    emptied = update(model).where(*found, _differs(model, answer)).values(**answer, **beside)
    return session.scalar(emptied.returning(model.id).execution_options(synchronize_session=False))


def _differs(model: type[Rating | Comment], answer: Values) -> ColumnElement[bool]:
    return or_(*(getattr(model, name).is_distinct_from(value) for name, value in answer.items()))
