"""What the process of one long work does: read one state of the database, write the file, say what came of it."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from delphi.db import db, session, writing
from delphi.domain.errors import DomainError
from delphi.domain.works import Fingerprint, WorkState
from delphi.models import Study, Work
from delphi.services import makers, work_files, works
from delphi.tasks import clock

TELL_EVERY = 0.5  # seconds

log = logging.getLogger(__name__)


class NotWantedError(Exception):
    """It was cancelled meanwhile."""


def run(app: Flask, work_id: int, parent: int) -> None:
    """Raises what its maker raises, which the worker tells by the exit status."""
    os.umask(0o077)
    os.nice(5)  # answering people comes first
    _end_with(parent)
    _go_first_when_memory_is_short()
    with app.app_context():
        make(session.get_one(Work, work_id))


class Made(NamedTuple):
    """What it was made from, its file, and what is to be stored beside it."""

    made_from: Fingerprint
    file: work_files.Facts | None
    store: Callable[[], object] | None


def make(work: Work) -> None:
    """Settle it, or let it fail in the words of a refusal."""
    work_id = work.id
    try:
        _settle(work, _written(work))
    except NotWantedError:
        log.info("work %s was cancelled", work_id)
    except DomainError as error:
        session.rollback()
        works.fail(work_id, error.code, now=clock.now())
        session.commit()


def _settle(work: Work, made: Made) -> None:
    """The file is whole before its row says so; where a work was cancelled meanwhile, the worker removes it."""
    if made.store is not None:
        made.store()
    if works.settle(work, made.made_from, made.file, now=clock.now()):
        session.commit()
    else:
        session.rollback()


def _written(work: Work) -> Made:
    """In one transaction that only reads, and holds no lock that writers wait for."""
    session.rollback()
    token = writing.set(False)
    try:
        if db.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        study, kind = session.get_one(Study, work.study_id), makers.of(work.kind)
        made_from = works.fingerprint(study, work.kind)
        name = kind.file(study, work.options) if kind.file else None
        target = work_files.part_of(work)
        store = kind.make(study, work.options, target, _Progress(work.id), now=clock.now())
        return Made(made_from, work_files.keep(work, name) if name else None, store)
    finally:
        session.rollback()
        writing.reset(token)


class _Progress:
    """Told in short transactions of its own, twice a second at most."""

    def __init__(self, work_id: int) -> None:
        self._work_id, self._step, self._told = work_id, "", 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        if step == self._step and done < total and time.monotonic() < self._told + TELL_EVERY:
            return
        self._step, self._told = step, time.monotonic()
        mine = update(Work).where(Work.id == self._work_id, Work.state == WorkState.UNDER_WAY)
        token = writing.set(True)
        try:
            with db.engine.begin() as connection:
                wanted = connection.execute(mine.values(step=step, done=done, total=total)).rowcount
        except OperationalError:  # somebody holds the database: how far it is will be told later
            return
        finally:
            writing.reset(token)
        if not wanted:
            raise NotWantedError


def _end_with(parent: int) -> None:
    """A worker that is killed takes this process along."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _go_first_when_memory_is_short() -> None:
    """Rather than the worker or the web server, where the system can be told (Linux)."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
