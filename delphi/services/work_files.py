"""Where files of long work lie: `files/<study>/` in the instance folder, readable by the server's user alone.

A file appears whole under its name or not at all. What no row names any more is removed by `tidy`, so that a row is
all that has to change in a transaction.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from delphi.db import session
from delphi.domain.works import WorkState
from delphi.models import Work

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
BLOCK = 1 << 20


def root() -> Path:
    folder: Path = current_app.config["SETTINGS"].instance_folder / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def folder_of(study_id: int) -> Path:
    folder = root() / str(study_id)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def part_of(work: Work) -> Path:
    """What is written while the work is under way."""
    return folder_of(work.study_id) / f".{work.id}.part"


class Facts(NamedTuple):
    """A file's name in the study's folder, its bytes, and their SHA-256."""

    file: str
    size: int
    digest: str


def keep(work: Work, name: str) -> Facts:
    """Give what was written its name, once it is on disk."""
    if not NAME.fullmatch(name):
        raise ValueError(f"a file cannot be called {name!r}")
    part, kept = part_of(work), f"{work.id}-{name}"
    part.chmod(0o600)
    digest, size = hashlib.sha256(), 0
    with part.open("rb") as written:
        while block := written.read(BLOCK):
            digest.update(block)
            size += len(block)
        os.fsync(written.fileno())
    part.replace(part.with_name(kept))
    return Facts(kept, size, digest.hexdigest())


def path_of(work: Work) -> Path | None:
    """Where its file lies, if it has one."""
    if work.file is None:
        return None
    path = root() / str(work.study_id) / work.file
    return path if path.is_file() else None


def name_of(work: Work) -> str:
    """What its reader calls it."""
    return (work.file or "").partition("-")[2]


# Who makes a work holds its lock, and the system lets go of it however that process ends.


def hold(work: Work) -> int | None:
    """The lock, as a file descriptor that a child inherits; None while anybody holds it."""
    path = folder_of(work.study_id) / f".{work.id}.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def tidy() -> None:
    """Remove what belongs to no work: of files made anew or taken back, of deleted studies, of work cut short."""
    found = list(_on_disk())  # before the rows: what is made meanwhile is under way in them
    query = select(Work.id, Work.study_id, Work.state, Work.file)
    rows = {(study_id, work_id): (state, file) for work_id, study_id, state, file in session.execute(query)}
    for path, key in found:
        state, file = rows.get(key, (None, None))
        if state is not WorkState.UNDER_WAY and path.name != file:
            path.unlink(missing_ok=True)
    for folder in root().iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _on_disk() -> Iterator[tuple[Path, tuple[int, int]]]:
    """Each file with its study and work."""
    for path in root().glob("*/*"):
        number = re.match(r"\.*(\d+)[-.]", path.name)
        if number and path.parent.name.isdigit():
            yield path, (int(path.parent.name), int(number[1]))
