"""How an answer is kept: a row for what it is now, one for each change. The last one given is the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from delphi.db import insert_into, session
from delphi.models import Comment, CommentChange, Rating, RatingChange

Values = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """When an answer was given, and the name its device has for it; a form without a script has none."""

    at: datetime
    key: str | None = None


@dataclass(frozen=True)
class Kept:
    """The answer that counts, since when, and whether it is another one than was sent."""

    answer: Values
    at: datetime
    newer: bool


def given() -> ColumnElement[bool]:
    """SQL for: this rating says something, a point or unable to rate; it was not taken back."""
    return or_(Rating.point.is_not(None), Rating.unable)


def keep(
    model: type[Rating | Comment], place: Values, answer: Values, beside: Values, given: Given, *, empty: bool
) -> Kept:
    """Make this the answer, unless one given later is there already; both stay among the changes.

    The database decides, so that a double click or two tabs at once make one row. `empty` takes an answer back,
    which makes no row where there was none.
    """
    store = _update if empty else _upsert
    row_id = store(model, place, answer, {**beside, "updated_at": given.at}, _counts(model, answer, given))
    if row_id is not None:
        _record(model, row_id, answer, given, superseded=False)
        return Kept(answer, given.at, newer=False)
    return _standing(model, place, answer, given)


def store_invented(rows: Sequence[Values]) -> None:
    """Ratings of experts that are made up, all at once, each with its one change."""
    stored = insert(Rating).returning(Rating.id, sort_by_parameter_order=True)
    changes = [
        {"rating_id": row_id, "point": row["point"], "unable": row["unable"], "changed_at": row["updated_at"]}
        for row_id, row in zip(session.scalars(stored, rows).all(), rows, strict=True)
    ]
    session.execute(insert(RatingChange), changes)


def _upsert(
    model: type[Rating | Comment], place: Values, answer: Values, beside: Values, counts: ColumnElement[bool]
) -> int | None:
    new = insert_into(model).values(**place, **answer, **beside)
    changed = new.on_conflict_do_update(
        index_elements=list(place), set_={**answer, **beside}, where=counts
    ).returning(model.id)
    row_id: int | None = session.scalar(changed)
    return row_id


def _update(
    model: type[Rating | Comment], place: Values, answer: Values, beside: Values, counts: ColumnElement[bool]
) -> int | None:
    emptied = update(model).where(_at(model, place), counts).values(**answer, **beside)
    return session.scalar(emptied.returning(model.id).execution_options(synchronize_session=False))


def _standing(model: type[Rating | Comment], place: Values, answer: Values, given: Given) -> Kept:
    """What counts where this change did not: the same again, the same change again, or one given later."""
    columns = [getattr(model, name) for name in answer]
    row = session.execute(select(model.id, model.updated_at, *columns).where(_at(model, place))).first()
    if row is None:
        return Kept(answer, given.at, newer=False)
    row_id, updated_at, *values = row
    standing = dict(zip(answer, values, strict=True))
    if standing != answer:
        _record(model, row_id, answer, given, superseded=True)
    return Kept(standing, updated_at, newer=standing != answer)


def _counts(model: type[Rating | Comment], answer: Values, given: Given) -> ColumnElement[bool]:
    """SQL for: nothing given later is there. A change with a name is taken once, one without only if it differs."""
    last = model.updated_at <= given.at
    if given.key is None:
        differs = (getattr(model, name).is_distinct_from(value) for name, value in answer.items())
        return and_(last, or_(*differs))
    changes, of_row = _history(model)
    return and_(last, ~exists().where(of_row == model.id, changes.key == given.key))


def _record(
    model: type[Rating | Comment], row_id: int, answer: Values, given: Given, *, superseded: bool
) -> None:
    changes, of_row = _history(model)
    kept = {"changed_at": given.at, "key": given.key, "superseded": superseded}
    new = insert_into(changes).values({of_row.key: row_id, **answer, **kept})
    session.execute(new.on_conflict_do_nothing(index_elements=[of_row.key, "key"]))


def _history(
    model: type[Rating | Comment],
) -> tuple[type[RatingChange | CommentChange], InstrumentedAttribute[int]]:
    if model is Rating:
        return RatingChange, RatingChange.rating_id
    return CommentChange, CommentChange.comment_id


def _at(model: type[Rating | Comment], place: Values) -> ColumnElement[bool]:
    return and_(*(getattr(model, name) == value for name, value in place.items()))
