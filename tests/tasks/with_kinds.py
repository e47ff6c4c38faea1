"""`delphi` with kinds of work that a test can hold up: `python -m tests.tasks.with_kinds worker`."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

from delphi import __main__, jobs
from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission
from delphi.domain.works import Options, Progress
from delphi.models import Study
from delphi.services import makers
from delphi.services.makers import Kind
from delphi.tasks import works

FOLDER = "FOLDER_OF_THE_TEST"
NUMBERS = makers.one_of(*map(str, range(10)))


def note(name: str, text: str = "") -> None:
    with (Path(os.environ[FOLDER]) / name).open("a") as file:
        file.write(f"{text}\n")


def quick(_study: Study, options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    progress("items", 1, 2)
    target.write_text(f"number {options.get('number')}, {now:%Y}")
    note("made", options.get("number", ""))


def held(_study: Study, _options: Options, target: Path, progress: Progress, *, now: datetime) -> None:
    """Until the test lets go."""
    target.write_text(f"half, {now:%Y}")
    note("begun", str(os.getpid()))
    progress("items", 45, 155)
    while not (Path(os.environ[FOLDER]) / "go").exists():
        time.sleep(0.02)
    target.write_text("whole")


def broken(_study: Study, _options: Options, target: Path, _progress: Progress, *, now: datetime) -> None:
    target.write_text(f"half, {now:%Y}")
    raise RuntimeError("half-way")


def refused(_study: Study, _options: Options, _target: Path, _progress: Progress, *, now: datetime) -> None:
    raise DomainError("study.not_found", now=now)


def killed(_study: Study, _options: Options, target: Path, _progress: Progress, *, now: datetime) -> None:
    target.write_text(f"half, {now:%Y}")
    os.kill(os.getpid(), signal.SIGKILL)


def nothing(_study: Study, _options: Options, _target: Path, _progress: Progress, *, now: datetime) -> None:
    note("computed", f"{now:%Y}")


def named(_study: Study, options: Options) -> str:
    return f"file-{options.get('number', '')}.txt"


KINDS = (
    Kind("test.quick", Permission.EXPORT, quick, named, {"number": NUMBERS}),
    Kind("test.held", Permission.EXPORT, held, named),
    Kind("test.broken", Permission.EXPORT, broken, named),
    Kind("test.refused", Permission.EXPORT, refused, named),
    Kind("test.killed", Permission.EXPORT, killed, named),
    Kind("test.nothing", Permission.MAKE_DECISIONS, nothing, None),
    Kind("test.backup", Permission.BACK_UP, quick, named),
)


if __name__ == "__main__":
    makers.KINDS += KINDS
    works.COMMAND = [sys.executable, "-m", "tests.tasks.with_kinds", "work"]
    works.CHECK_EVERY = 0.05
    jobs.answers("heard")(lambda: note("heard"))
    __main__.main()
