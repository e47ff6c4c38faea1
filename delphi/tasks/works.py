"""Long work, each in a process of its own: it can be stopped at once, its memory goes back to the system, and what
breaks is a work, not the worker.

Two lanes, a thread each, so that the analysis of a large round holds up no report; mail and clock are left alone.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from typing import NamedTuple, TypeVar

from flask import Flask, current_app

from delphi import jobs
from delphi.db import session, writing
from delphi.models import Work
from delphi.services import analyses, makers, work_files, works
from delphi.tasks import clock

CHECK_EVERY = 0.5  # seconds, whether what is under way is still wanted
LOOK_EVERY = 60  # seconds, in case a bell was lost
LANES = "delphi-lanes"  # where the application keeps those of its worker
COMMAND = [sys.executable, "-m", "delphi", "work"]

T = TypeVar("T")

log = logging.getLogger(__name__)


@jobs.answers(works.BELL)
def look() -> None:
    """What waits is begun; what a worker that is gone left under way waits again; what is not to be kept goes."""
    now = clock.now()
    for work in works.under_way():
        lock = work_files.hold(work)
        if lock is not None:
            works.take_back(work, now=now)
            session.commit()
            os.close(lock)
    works.forget_old(now)
    session.commit()
    work_files.tidy()
    for lane in current_app.extensions.get(LANES, ()):
        lane.woken.set()


def start(app: Flask) -> None:
    files = {kind.key for kind in makers.KINDS if kind.file}
    others = {kind.key for kind in makers.KINDS} - files
    app.extensions[LANES] = [Lane(app, files), Lane(app, others)]
    for lane in app.extensions[LANES]:
        lane.start()


def stop(app: Flask) -> None:
    """What is under way is given up, and waits for the next worker."""
    for lane in app.extensions[LANES]:
        lane.stopping = True
        lane.woken.set()
    for lane in app.extensions[LANES]:
        lane.join()


class Under(NamedTuple):
    """A work under way: its lock, and the process that makes it."""

    id: int
    kind: str
    lock: int
    child: subprocess.Popen[bytes]


class Lane(threading.Thread):
    """Makes one work after the other, of these kinds."""

    def __init__(self, app: Flask, kinds: Collection[str]) -> None:
        super().__init__(name="works", daemon=True)
        self._app, self._kinds = app, kinds
        self.woken, self.stopping = threading.Event(), False

    def run(self) -> None:
        while not self.stopping:
            self.woken.clear()
            try:
                while not self.stopping and (under := self._begin()):
                    self._follow(under)
                    self._end(under)
            except Exception:  # the next look tries again
                log.exception("long work could not be done")
            if not self.stopping:  # what follows a work may have taken the call to stop for its own
                self.woken.wait(LOOK_EVERY)

    def _begin(self) -> Under | None:
        with self._app.app_context():
            work = works.claim(self._kinds, clock.now())
            lock = work_files.hold(work) if work else None
            if work is None or lock is None:
                session.rollback()
                return None
            found = work.id, work.kind
            session.commit()
        command = [*COMMAND, str(work_id := found[0]), "--parent", str(os.getpid())]
        try:
            child = subprocess.Popen(command, pass_fds=[lock], start_new_session=True)
        except OSError:
            os.close(lock)
            raise
        log.info("work %s (%s) has begun", work_id, found[1])
        return Under(*found, lock, child)

    def _follow(self, under: Under) -> None:
        """Until it ends, or is to."""
        while under.child.poll() is None:
            if self.stopping or not self._in_reading(lambda: works.is_wanted(under.id)):
                under.child.kill()
                under.child.wait()
            else:
                self.woken.wait(CHECK_EVERY)
                self.woken.clear()

    def _end(self, under: Under) -> None:
        """What the process did not settle by itself, and what it left behind."""
        code = under.child.returncode
        with self._app.app_context():
            work = session.get(Work, under.id)
            if work is not None and self.stopping:
                works.put_back(work)
            elif work is not None and code == -signal.SIGTERM:  # the system is going down
                works.take_back(work, now=clock.now())
            else:
                works.fail(under.id, "work.killed" if code < 0 else "work.broke", now=clock.now())
            session.commit()
            os.close(under.lock)
            work_files.tidy()
            session.rollback()
        log.info("work %s has ended", under.id)
        if under.kind == analyses.KIND:
            jobs.of(self._app).ring("analyses")  # verdicts may have been given anew meanwhile

    def _in_reading(self, reader: Callable[[], T]) -> T:
        """Without the lock that writers hold on SQLite."""
        with self._app.app_context():
            token = writing.set(False)
            try:
                return reader()
            finally:
                session.rollback()
                writing.reset(token)
