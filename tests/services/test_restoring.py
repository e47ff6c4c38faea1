"""What is damaged, newer, or here already is not restored, and leaves the database as it was."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.models import Account, Study
from delphi.services import backups, restoring
from tests.support import backups as backed
from tests.support.backups import backed_up, changed, forget
from tests.support.clock import Clock
from tests.support.rows import everything


@pytest.fixture
def full(alice: Account, fay: Account, charlie: Account, clock: Clock) -> Study:
    return backed.full(alice, fay, charlie, clock)


def _refused(file: io.BytesIO, clock: Clock, code: str) -> None:
    before = everything()
    with pytest.raises(DomainError) as refused:
        restoring.restore(file, owner=None, now=clock())
    session.rollback()
    assert refused.value.code == code
    assert everything() == before


def test_a_study_that_is_here_is_not_restored_beside_itself(full: Study, clock: Clock) -> None:
    _refused(backed_up(full, clock), clock, "backup.is_here")


@pytest.mark.parametrize("name", ["rating.jsonl", "contact.jsonl", "account.jsonl", "protocol.jsonl"])
def test_one_changed_byte_is_found(full: Study, clock: Clock, name: str) -> None:
    def change(one: str, data: bytes) -> bytes:
        return data.replace(b"e", b"E", 1) if one == f"backup/{name}" else data

    file = changed(backed_up(full, clock), change)
    forget(full)
    _refused(file, clock, "backup.damaged")


def test_a_missing_table_is_found(full: Study, clock: Clock) -> None:
    file = changed(backed_up(full, clock), lambda name, data: None if "comment.jsonl" in name else data)
    forget(full)
    _refused(file, clock, "backup.damaged")


def test_a_file_cut_off_is_refused(full: Study, clock: Clock) -> None:
    file = backed_up(full, clock)
    forget(full)
    _refused(io.BytesIO(file.getvalue()[:-2000]), clock, "backup.unreadable")


def test_what_is_no_backup_is_refused(alice: Account, clock: Clock) -> None:
    _refused(io.BytesIO(b"not a ZIP file"), clock, "backup.unreadable")
    other = io.BytesIO()
    with ZipFile(other, "w") as archive:
        archive.writestr("ratings.csv", "round,item")
    _refused(other, clock, "backup.no_backup")


def _manifest(other: dict[str, Any]) -> Callable[[str, bytes], bytes]:
    def change(name: str, data: bytes) -> bytes:
        return json.dumps(json.loads(data) | other).encode() if name == backups.MANIFEST else data

    return change


def test_a_newer_one_is_refused(full: Study, clock: Clock) -> None:
    file = changed(backed_up(full, clock), _manifest({"version": backups.VERSION + 1}))
    forget(full)
    _refused(file, clock, "backup.newer")


def _remade(file: io.BytesIO, table: str, remake: Callable[[bytes], bytes]) -> io.BytesIO:
    """Around changed rows, with a manifest that agrees with them."""
    data = remake(ZipFile(file).read(f"backup/{table}.jsonl"))

    def change(name: str, old: bytes) -> bytes:
        if name == f"backup/{table}.jsonl":
            return data
        if name != backups.MANIFEST:
            return old
        manifest = json.loads(old)
        for listed in manifest["tables"]:
            if listed["name"] == table:
                listed["sha256"] = hashlib.sha256(data).hexdigest()
        return json.dumps(manifest).encode()

    return changed(file, change)


def test_a_column_this_version_does_not_know_is_refused(full: Study, clock: Clock) -> None:
    file = _remade(
        backed_up(full, clock), "item", lambda rows: rows.replace(b'{"id"', b'{"mood": 1, "id"', 1)
    )
    forget(full)
    _refused(file, clock, "backup.newer_column")


@pytest.mark.parametrize(
    ("table", "old", "new", "code"),
    [
        ("expert_panel", b'"panel_id": ', b'"panel_id": 99', "backup.damaged"),
        ("round", b'"state": "', b'"state": "un', "backup.contradicts"),
        ("rating", b'"criterion": "importance"', b'"criterion": null', "backup.contradicts"),
        ("item", b'"code": "A"', b'"code": "B"', "backup.contradicts"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    full: Study, clock: Clock, table: str, old: bytes, new: bytes, code: str
) -> None:
    file = _remade(backed_up(full, clock), table, lambda rows: rows.replace(old, new, 1))
    forget(full)
    _refused(file, clock, code)
