"""`delphi serve --with-worker`: both start, both stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from delphi.settings import PREFIX
from tests.conftest import SECRET
from tests.support.ports import free_port
from tests.tasks.conftest import ROOT, until


@pytest.fixture
def environment(database: str, instance: Path) -> dict[str, str]:
    values = {
        "SECRET_KEY": SECRET,
        "INSTANCE_PATH": str(instance),
        "DATABASE_URL": database,
        "PORT": str(free_port()),
        "WEB_WORKERS": "1",
    }
    return {**os.environ, **{PREFIX + name: value for name, value in values.items()}}


class Served:
    """`delphi serve --with-worker`, and what it and its worker say."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.address = f"http://127.0.0.1:{environment[PREFIX + 'PORT']}/health"
        self._log = log
        command = [sys.executable, "-m", "delphi", "serve", "--with-worker"]
        with log.open("w") as file:
            self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=file, stdout=file)

    def told(self) -> str:
        return self._log.read_text()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.address) as answer:
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False

    def is_up(self) -> bool:
        return until(self.answers) and until(lambda: "the worker is ready" in self.told())


@pytest.fixture
def served(environment: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    serving = Served(environment, tmp_path / "log")
    yield serving
    serving.process.kill()
    serving.process.wait()


def _worker_of(process: subprocess.Popen[bytes]) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"worker" in words and str(process.pid).encode() in words:
                found.append(int(entry.name))
    return found


@pytest.mark.any_database
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_both_start_and_both_stop(served: Served, ending: signal.Signals) -> None:
    assert served.is_up(), served.told()
    assert len(_worker_of(served.process)) == 1
    served.process.send_signal(ending)
    assert served.process.wait(timeout=30) == 0
    assert "the worker has stopped" in served.told()
    assert "Traceback" not in served.told()
    assert _worker_of(served.process) == []
    assert not served.answers()


def test_the_worker_does_not_outlive_a_server_that_was_killed(served: Served) -> None:
    assert served.is_up(), served.told()
    served.process.kill()
    assert until(lambda: _worker_of(served.process) == [])
