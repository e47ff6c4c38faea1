"""A real Redis, and a worker in a process of its own that answers one more bell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from delphi.settings import PREFIX
from tests.conftest import SECRET
from tests.support.ports import free_port

PATIENCE = 60.0  # seconds
ROOT = Path(__file__).parents[2]


def until(happened: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Whether it happens before patience ends."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return happened()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


class Worker:
    """`delphi worker` on the test's own database and queue; `log` is what its bells wrote."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        command = [sys.executable, "-m", "tests.tasks.bell_worker", str(log)]
        self._process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT)

    def answered(self, name: str, times: int = 1) -> bool:
        return until(lambda: self.lines().count(name) >= times)

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def stop(self) -> int:
        """Its exit status after SIGTERM."""
        self._process.terminate()
        return self._process.wait(PATIENCE)


StartWorker = Callable[..., Worker]


@pytest.fixture
def start_worker(database: str, instance: Path, tmp_path: Path) -> Iterator[StartWorker]:
    started: list[Worker] = []

    def start(**chosen: str) -> Worker:
        values = {"secret_key": SECRET, "instance_path": str(instance), "database_url": database, **chosen}
        environment = {PREFIX + name.upper(): value for name, value in values.items()}
        started.append(Worker(environment, tmp_path / "bells.log"))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()
