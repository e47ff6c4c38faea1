"""The worker answers bells through each kind of queue, looks by itself, and stops when told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from delphi import jobs
from delphi.db import ask_for_bell, session
from delphi.models import RateLimit
from delphi.tasks import worker
from tests.conftest import MakeApp
from tests.support.clock import START
from tests.tasks.conftest import StartWorker, until


def _written(app: Flask) -> list[str]:
    with app.app_context():
        return list(session.scalars(select(RateLimit.key)))


def _a_ring_is_answered(make_app: MakeApp, start_worker: StartWorker, **queue: str) -> None:
    app = make_app(**queue)
    working = start_worker(**queue)
    assert working.answered("write")  # the look at the start
    before = working.lines().count("write")
    jobs.of(app).ring("write")
    assert working.answered("write", before + 1)
    assert until(lambda: _written(app) == ["written by the worker"])
    assert working.stop() == 0


def test_a_ring_is_answered_through_sqlite(make_app: MakeApp, start_worker: StartWorker) -> None:
    _a_ring_is_answered(make_app, start_worker)


@pytest.mark.postgresql
def test_a_ring_is_answered_through_postgresql(
    make_app: MakeApp, start_worker: StartWorker, database: str
) -> None:
    _a_ring_is_answered(make_app, start_worker, queue_url=database)


@pytest.mark.redis
def test_a_ring_is_answered_through_redis(
    make_app: MakeApp, start_worker: StartWorker, redis_url: str
) -> None:
    _a_ring_is_answered(make_app, start_worker, queue_url=redis_url)


def test_a_failing_bell_leaves_nothing_and_the_worker_goes_on(
    make_app: MakeApp, start_worker: StartWorker
) -> None:
    app = make_app()
    working = start_worker()
    assert working.answered("fail")
    before = working.lines().count("write")
    jobs.of(app).ring("fail")
    assert working.answered("fail", 2)
    jobs.of(app).ring("write")
    assert working.answered("write", before + 1)
    assert until(lambda: _written(app) == ["written by the worker"])


def test_a_ring_with_no_queue_to_be_had_is_no_error(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(queue_url="redis://127.0.0.1:1/0")
    jobs.of(app).ring("write")
    assert "the worker will look by itself" in caplog.text


def test_what_a_bell_asks_for_is_rung_after_its_commit(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    heard: list[tuple[str, list[str]]] = []

    def first() -> None:
        session.add(RateLimit(key="first", tokens=1, updated_at=START))
        ask_for_bell("second")

    bells: dict[str, Callable[[], None]] = {"first": first}
    monkeypatch.setattr(jobs, "_bells", bells)
    monkeypatch.setattr(jobs.Jobs, "ring", lambda _self, name: heard.append((name, _written(app))))
    worker.answer(app, "first")
    assert heard == [("second", ["first"])]
