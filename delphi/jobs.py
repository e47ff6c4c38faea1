"""The alarm clock: a queue that only says "look now". With it lost, the worker still looks every minute."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey

log = logging.getLogger(__name__)
_bells: dict[str, Callable[[], None]] = {}


def answers(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register what the worker does when the bell of this name rings."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _bells[name] = function
        return function

    return register


def bells() -> dict[str, Callable[[], None]]:
    return dict(_bells)


def make_huey(url: str, sqlite_file: str) -> Huey:
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey("delphi", url=url, results=False)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey("delphi", dsn=url, results=False, create_tables=False)
    return SqliteHuey("delphi", filename=sqlite_file, results=False)


class Jobs:
    """One application's queue; `ring` enqueues a name, the worker runs what answers to it."""

    def __init__(self, huey: Huey) -> None:
        self.huey = huey
        self.answer: Callable[[str], None] = _answer  # the worker sets its own, with a transaction around it
        self._ring: Any = huey.task(name="ring")(self._run)

    def ring(self, name: str) -> None:
        """Best effort on purpose: the row that matters is already committed."""
        try:
            self._ring(name)
        except Exception:
            log.warning("the queue did not take %r; the worker will look by itself", name, exc_info=True)

    def _run(self, name: str) -> None:
        self.answer(name)


def _answer(name: str) -> None:
    _bells[name]()


def init_app(app: Flask, huey: Huey) -> None:
    app.extensions["delphi-jobs"] = Jobs(huey)


def of(app: Flask) -> Jobs:
    jobs: Jobs = app.extensions["delphi-jobs"]
    return jobs
