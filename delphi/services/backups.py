"""A study's every row, contacts included, as it is put into a full bundle; `restoring` reads it again.

`backup/manifest.json` says what there is and with which SHA-256; `backup/<table>.jsonl` has a row a line. Accounts of
the team are named by address and name alone: no password, no session.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Table, select, union

from delphi import __version__
from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.exporters.datapackage import Archive
from delphi.models import Account, Event, Study
from delphi.services import study_rows

FOLDER: Final = "backup/"
MANIFEST: Final = FOLDER + "manifest.json"
FORMAT: Final = "delphi-backup"
VERSION: Final = 1
LEFT_OUT: Final = frozenset({"work"})  # files, which can be made again
ACCOUNTS: Final = "account"
AT_ONCE: Final = 1000  # rows


def tables() -> list[Table]:
    """Those that hold rows of a study, each after what it refers to."""
    return [one for one in study_rows.tables() if one.name not in LEFT_OUT]


def add(archive: Archive, study: Study, *, now: datetime) -> None:
    """Row by row: memory does not grow with the study."""
    if study.rehearsal_of_id is not None:
        raise DomainError("backup.of_rehearsal")
    listed = [_write(archive, ACCOUNTS, _accounts(study))]
    listed += [_write(archive, table.name, _rows(table, study)) for table in tables()]
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "delphi": __version__,
        "made_at": now.isoformat(),
        "tables": listed,
    }
    archive.add(MANIFEST, json.dumps(manifest, indent=1))


def _write(archive: Archive, name: str, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    path, count = f"{FOLDER}{name}.jsonl", 0
    with archive.text(path) as stream:
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last one is how many
            stream.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
    return {"name": name, "rows": count, "sha256": archive.files[path].digest}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value)} has no place in a backup")


def _rows(table: Table, study: Study) -> Iterator[dict[str, Any]]:
    """In the order of their keys, so that restored rows get theirs in the same order."""
    query = select(table).where(study_rows.of(table, study.id)).order_by(*table.primary_key)
    found = session.execute(query.execution_options(yield_per=AT_ONCE))
    for row in found.mappings():
        yield dict(row)


def _accounts(study: Study) -> Iterator[dict[str, Any]]:
    named = [
        select(column.label("id")).where(study_rows.of(table, study.id), column.is_not(None))
        for table in tables()
        for column in table.columns
        if any(key.column.table.name == ACCOUNTS for key in column.foreign_keys)
    ]
    told = select(Event.facts["account"].as_integer()).where(
        Event.study_id == study.id, Event.facts["account"].as_integer().is_not(None)
    )
    query = select(Account.id, Account.email, Account.name, Account.language)
    found = session.execute(query.where(Account.id.in_(union(*named, told))).order_by(Account.id))
    yield from (dict(row) for row in found.mappings())
