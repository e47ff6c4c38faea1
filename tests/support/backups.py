"""A study with its backup: made, lost, restored, and compared with what it was."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from zipfile import ZipFile

from sqlalchemy import delete, select

from delphi.db import session
from delphi.exporters.datapackage import Archive
from delphi.models import Account, Comment, Study
from delphi.services import backups, decisions, restoring, study_rows, wordings
from tests.support import rounds as support, studies as made_studies
from tests.support.clock import Clock

INSIDE = ("once", "told_until", "facts", "audience", "content")  # hold ids, and have tests of their own


def backed_up(study: Study, clock: Clock) -> io.BytesIO:
    file = io.BytesIO()
    with Archive(file, clock()) as archive:
        backups.add(archive, study, now=clock())
    return file


def forget(study: Study) -> None:
    """The study is lost, as with a broken disk."""
    study_id = study.id
    for table in reversed(study_rows.tables()):
        session.execute(delete(table).where(study_rows.of(table, study_id)))
    session.commit()
    session.expire_all()


def restored(file: io.BytesIO, clock: Clock, owner: Account | None = None) -> Study:
    study = restoring.restore(file, owner=owner, now=clock())
    session.commit()
    return session.get_one(Study, study.id)


def content_of(study: Study) -> dict[str, list[dict[str, Any]]]:
    """Every row, with the place of a row among its study's where its key stood."""
    found: dict[str, list[Mapping[Any, Any]]] = {}
    for table in backups.tables():
        query = select(table).where(study_rows.of(table, study.id)).order_by(*table.primary_key)
        found[table.name] = list(session.execute(query).mappings())
    places = {
        name: {row["id"]: place for place, row in enumerate(rows)}
        for name, rows in found.items()
        if rows and "id" in rows[0]
    }
    places["account"] = dict(session.execute(select(Account.id, Account.email)).all())  # type: ignore[arg-type]
    return {
        table.name: sorted(
            ({c.name: _told(c, row[c.name], places) for c in table.columns} for row in found[table.name]),
            key=repr,
        )
        for table in backups.tables()
    }


def _told(column: Any, value: Any, places: dict[str, dict[int, int]]) -> Any:
    if value is None or column.name in INSIDE:
        return None
    for key in column.foreign_keys:
        return places[key.column.table.name][value]
    return places[column.table.name][value] if column.name == "id" else value


def is_same(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> None:
    after["event"] = [row for row in after["event"] if row["kind"] != "study.restored"]
    for name, rows in before.items():
        assert after[name] == rows, name


def changed(file: io.BytesIO, change: Callable[[str, bytes], bytes | None]) -> io.BytesIO:
    """The same ZIP with other content; None leaves a file out."""
    target = io.BytesIO()
    with ZipFile(file) as before, ZipFile(target, "w") as after:
        for name in before.namelist():
            data = change(name, before.read(name))
            if data is not None:
                after.writestr(name, data)
    return target


def full(alice: Account, fay: Account, charlie: Account, clock: Clock) -> Study:
    """Two rounds, the second open, with feedback that quotes a comment; another study stands before it."""
    made_studies.make_study(charlie, clock())
    world = support.make_world(alice, fay, clock.advance(minutes=5))
    first = support.open_round(world, clock())
    support.rate(world, first, "A", {"W": [9] * 5 + [2, None], "C": [9] * 6}, clock())
    wording = wordings.current([world.items["A"].id])[world.items["A"].id].id
    about = {"round_id": first.id, "item_id": world.items["A"].id, "wording_id": wording}
    author = world.experts["W"][0].id
    quoted = Comment(**about, expert_id=author, text="Yes.", language="en", chosen=True, updated_at=clock())
    session.add(quoted)
    closed = support.close(world, first, clock.advance(days=7))
    decisions.confirm(world.study, closed.id, decisions.undecided(closed), by=fay, now=clock())
    decisions.finish(world.study, closed.id, by=fay, now=clock())
    support.open_round(world, clock(), ["B", "C"])
    session.commit()
    return world.study
