"""Long work in processes of its own, which a real worker starts, follows and stops."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from delphi import jobs
from delphi.db import session, writing
from delphi.domain.works import WorkState
from delphi.models import Account, Study, Work
from delphi.services import makers, work_files, works
from delphi.settings import PREFIX
from tests.conftest import SECRET
from tests.support.clock import Clock
from tests.support.studies import make_study
from tests.tasks import conftest
from tests.tasks.conftest import ROOT
from tests.tasks.with_kinds import FOLDER, KINDS

PATIENCE = 60.0  # seconds, for two starts of Python beside other work

Ask = Callable[..., int]
Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def study(app: Flask, alice: Account, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Study:
    monkeypatch.setattr(makers, "KINDS", (*makers.KINDS, *KINDS))
    return make_study(alice, clock())


@pytest.fixture
def ask(app: Flask, study: Study, alice: Account, clock: Clock) -> Ask:
    def asked(kind: str, **options: str) -> int:
        work_id = works.ask(study, f"test.{kind}", options, by=alice, now=clock()).id
        session.commit()
        jobs.of(app).ring("works")
        return work_id

    return asked


@pytest.fixture
def start(database: str, instance: Path, tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []
    values = {"secret_key": SECRET, "instance_path": str(instance), "database_url": database}
    environment = {PREFIX + name.upper(): value for name, value in values.items()} | {FOLDER: str(tmp_path)}

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.tasks.with_kinds", "worker"]
        started.append(subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT))
        return started[-1]

    yield begin
    (tmp_path / "go").touch()
    for worker in started:
        if worker.poll() is None:
            worker.terminate()
            worker.wait(PATIENCE)


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[str], list[str]]:
    """What makers and bells have noted."""

    def read(name: str) -> list[str]:
        path = tmp_path / name
        return path.read_text().splitlines() if path.exists() else []

    return read


def _now(work_id: int) -> Work:
    """As it stands, without holding what the worker wants to write."""
    token = writing.set(False)
    try:
        session.rollback()
        work = session.get_one(Work, work_id, populate_existing=True)
        session.expunge(work)
        return work
    finally:
        session.rollback()
        writing.reset(token)


def until(happened: Callable[[], bool]) -> bool:
    return conftest.until(happened, PATIENCE)


def _becomes(work_id: int, state: WorkState) -> bool:
    return until(lambda: _now(work_id).state is state)


def _gone(pid: str) -> bool:
    return until(lambda: not Path(f"/proc/{pid}").exists())


def _parts(study: Study) -> list[str]:
    return [path.name for path in work_files.folder_of(study.id).iterdir() if ".part" in path.name]


def test_a_file_is_made_whole_and_for_the_server_alone(study: Study, ask: Ask, start: Start) -> None:
    start()
    made = ask("quick", number="3")
    assert _becomes(made, WorkState.DONE)
    path, name = works.open_file(study, _now(made))
    assert name == "file-3.txt"
    assert path.read_text().startswith("number 3")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert _now(made).digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert _now(made).size == path.stat().st_size
    assert (_now(made).step, _now(made).done, _now(made).total) == ("items", 1, 2)


def test_nothing_else_waits_for_it(
    app: Flask, ask: Ask, start: Start, lines: Callable[[str], list[str]]
) -> None:
    start()
    work = ask("held")
    assert until(lambda: len(lines("begun")) == 1)
    assert until(lambda: (_now(work).step, _now(work).done, _now(work).total) == ("items", 45, 155))
    before = len(lines("heard"))
    jobs.of(app).ring("heard")
    assert until(lambda: len(lines("heard")) > before)
    assert _becomes(ask("nothing"), WorkState.DONE)
    assert _now(work).state is WorkState.UNDER_WAY


def test_cancelling_stops_it_at_once(
    study: Study, ask: Ask, start: Start, lines: Callable[[str], list[str]], alice: Account, clock: Clock
) -> None:
    start()
    work = ask("held")
    assert until(lambda: len(lines("begun")) == 1)
    works.cancel(study, _now(work), by=alice, now=clock())
    session.commit()
    assert _gone(lines("begun")[0])
    assert until(lambda: _parts(study) == [])
    assert _now(work).state is WorkState.CANCELLED
    assert _becomes(ask("quick"), WorkState.DONE)


def test_one_that_is_killed_has_failed_and_the_worker_goes_on(
    study: Study, ask: Ask, start: Start, lines: Callable[[str], list[str]]
) -> None:
    start()
    work = ask("held")
    assert until(lambda: len(lines("begun")) == 1)
    os.kill(int(lines("begun")[0]), signal.SIGKILL)
    assert _becomes(work, WorkState.FAILED)
    assert _now(work).error == "work.killed"
    assert _becomes(ask("quick"), WorkState.DONE)
    assert until(lambda: _parts(study) == [])


def test_why_it_failed_is_told(study: Study, ask: Ask, start: Start) -> None:
    start()
    for kind, code in (("broken", "work.broke"), ("refused", "study.not_found"), ("killed", "work.killed")):
        work = ask(kind)
        assert _becomes(work, WorkState.FAILED), kind
        assert _now(work).error == code
        assert until(lambda: _parts(study) == [])


def test_a_worker_that_is_killed_takes_its_work_along_and_the_next_one_does_it(
    study: Study, ask: Ask, start: Start, lines: Callable[[str], list[str]], tmp_path: Path
) -> None:
    first = start()
    work = ask("held")
    assert until(lambda: len(lines("begun")) == 1)
    first.kill()
    first.wait()
    assert _gone(lines("begun")[0])
    assert _now(work).state is WorkState.UNDER_WAY
    start()
    assert until(lambda: len(lines("begun")) == 2)
    (tmp_path / "go").touch()
    assert _becomes(work, WorkState.DONE)
    path, _name = works.open_file(study, _now(work))
    assert path.read_text() == "whole"


def test_what_stops_its_worker_twice_has_failed(
    ask: Ask, start: Start, lines: Callable[[str], list[str]]
) -> None:
    work = ask("held")
    for time in (1, 2):
        worker = start()
        assert until(lambda number=time: len(lines("begun")) == number)  # type: ignore[misc]
        worker.kill()
        worker.wait()
        assert _gone(lines("begun")[-1])
    start()
    assert _becomes(work, WorkState.FAILED)
    assert _now(work).error == "work.interrupted"


def test_a_worker_that_is_told_to_stop_puts_it_back(
    ask: Ask, start: Start, lines: Callable[[str], list[str]]
) -> None:
    worker = start()
    work = ask("held")
    assert until(lambda: len(lines("begun")) == 1)
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert _gone(lines("begun")[0])
    assert (_now(work).state, _now(work).error) == (WorkState.WAITING, None)


def test_two_workers_at_once_do_each_work_once(
    ask: Ask, start: Start, lines: Callable[[str], list[str]]
) -> None:
    asked = [ask("quick", number=str(number)) for number in range(4)]
    start()
    start()
    for work in asked:
        assert _becomes(work, WorkState.DONE)
    assert sorted(lines("made")) == ["0", "1", "2", "3"]
