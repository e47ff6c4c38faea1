"""The worker: answers bells as they ring, and looks by itself every minute in case one was lost."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from functools import partial
from typing import Any

from flask import Flask

from delphi import jobs
from delphi.db import bells_asked_for, session
from delphi.tasks import works

LOOK_EVERY = 60  # seconds
PATIENCE = 30  # seconds that work under way may still take once the worker is told to stop

log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


def run(app: Flask, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT; with `parent`, also until that process is gone."""
    queue = jobs.of(app)
    queue.answer = partial(answer, app)
    _make_tables(queue)
    consumer = queue.huey.create_consumer(workers=1, periodic=False, max_delay=1, shutdown_timeout=PATIENCE)
    consumer.start()
    works.start(app)
    stopping = _told_to_stop()
    log.info("the worker is ready")
    second = 0
    while not stopping and parent in (None, os.getppid()):
        if second % LOOK_EVERY == 0:
            look(app)
            consumer.check_worker_health()
        time.sleep(1)
        second += 1
    works.stop(app)
    consumer.stop(graceful=True)
    log.info("the worker has stopped")


def look(app: Flask) -> None:
    """Everything a bell could have asked for, in case one was lost."""
    for name in jobs.bells():
        answer(app, name)


def answer(app: Flask, name: str) -> None:
    """What one bell asks for, in one transaction; a failure is logged and the next look tries again."""
    with _one_at_a_time, app.app_context():
        try:
            jobs.bells()[name]()
            session.commit()
        except Exception:  # the worker must outlive whatever one bell runs into
            session.rollback()
            log.exception("the bell %r could not be answered", name)
            return
        rung = bells_asked_for()
    for bell in rung:
        jobs.of(app).ring(bell)


def _make_tables(queue: jobs.Jobs) -> None:
    """Those of a queue in PostgreSQL: made here, so that the web server starts without the queue."""
    storage: Any = queue.huey.storage
    if hasattr(storage, "initialize_schema"):
        storage.initialize_schema()


def _told_to_stop() -> list[int]:
    """Filled by the signals that ask for an end; empty until then."""
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _frame: received.append(signum))
    return received
