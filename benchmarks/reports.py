"""What reports and bundles of large studies take, in time and memory: each made by `delphi work`, as by the worker.

Run: python -m benchmarks.reports [--items 155 --experts 72 --kinds report.pdf ...]. Linux: the peak is read from /proc
while the process runs, as `resource.getrusage` would begin with the peak of the process that started this one. Seconds
are those of the processor, which other work does not lengthen much, also beside the PDF of the demo study.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import sleep

import flask_migrate
from sqlalchemy import insert

from delphi import settings
from delphi.app import create_app
from delphi.db import session
from delphi.domain.works import WorkState
from delphi.models import Account, Analysis, Comment, Item, Rating, Round, Study, Wording, WordingText, Work
from delphi.services import accounts, analyses, demo, works
from delphi.tasks import clock
from tests.support import large_board, rounds

MIB = 2**20
ROUNDS = 3
COMMENTED = 5  # experts who comment on every item of a round
REFERENCE = "the demo's report as PDF"


def main() -> None:
    chosen = _chosen()
    print(f"| what | s | beside {REFERENCE} | peak MiB | above the idle worker |")
    print("| --- | --- | --- | --- | --- |")
    with _site() as environment:
        study = demo.load(datetime.now(UTC))
        session.commit()
        reference, _peak = _made(study, "report.pdf", environment)
        print(f"| {REFERENCE} | {reference:.1f} | 1 | {_peak / MIB:.0f} | |", flush=True)
    with _site() as environment:
        study = _study(chosen.items, chosen.experts, chosen.analyse)
        idle = _idle(environment)
        print(f"| the worker, idle | | | {idle / MIB:.0f} | |", flush=True)
        for kind in chosen.kinds:
            seconds, peak = _made(study, kind, environment)
            beside = seconds / reference
            print(
                f"| {kind}, {chosen.items} x {chosen.experts} x {ROUNDS} | {seconds:.1f} | {beside:.1f} "
                f"| {peak / MIB:.0f} | {(peak - idle) / MIB:.0f} |",
                flush=True,
            )


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=155)
    parser.add_argument("--experts", type=int, default=72)
    parser.add_argument("--kinds", nargs="+", default=["report.pdf", "report.xlsx"])
    parser.add_argument("--analyse", action="store_true", help="Compute what verdicts rest on; else made up.")
    return parser.parse_args()


@contextmanager
def _site() -> Iterator[dict[str, str]]:
    """A new SQLite database, and the environment of processes that use it."""
    with tempfile.TemporaryDirectory() as folder:
        values = {"DELPHI_DEMO": "yes", "DELPHI_INSTANCE_PATH": folder}
        with create_app(settings.read(values)).app_context():
            flask_migrate.upgrade()
            yield {**os.environ, **values}
            session.remove()


def _study(items: int, experts: int, analyse: bool) -> Study:
    """Three panels; points all over the scale, so that no item leaves; every round answered by nine of ten."""
    random, now = Random(7), datetime.now(UTC)
    alice, fay = (
        accounts.create(f"{name}@example.org", name, "a password for this measurement", False, now)
        for name in ("alice", "fay")
    )
    world = rounds.make_world(alice, fay, now, dict.fromkeys("WCM", experts // 3))
    _fill(world, items, now)
    for number in range(1, ROUNDS + 1):
        opened = rounds.open_round(world, now, tuple(world.items))
        _answer(world, opened, random, now)
        closed = rounds.close(world, opened, now)
        if analyse:
            analyses.fill(closed, now=now)
        else:
            session.execute(insert(Analysis), list(_made_up(closed, now)))
        if number < ROUNDS:
            rounds.decide_all(world, closed, now)
        session.commit()
    return world.study


def _fill(world: rounds.World, items: int, now: datetime) -> None:
    for number in range(items - len(world.items)):
        item = Item(study_id=world.study.id, code=f"N.{number:03}", position=number + 10, created_at=now)
        texts = [WordingText(language=one, title=large_board.TITLE.format(number)) for one in ("en", "fr")]
        item.wordings = [Wording(number=1, created_at=now, texts=texts)]
        session.add(item)
        world.items[item.code] = item
    session.flush()


def _answer(world: rounds.World, opened: Round, random: Random, now: datetime) -> None:
    everyone = [one.id for own in world.experts.values() for one in own]
    about = {"round_id": opened.id, "updated_at": now}
    session.execute(
        insert(Rating),
        [
            about
            | {"expert_id": expert, "item_id": row.item_id, "wording_id": row.wording_id, "unable": False}
            | {"criterion": "importance", "point": random.randint(1, 9)}
            for expert in everyone
            if random.random() < 0.9
            for row in opened.items
        ],
    )
    session.execute(
        insert(Comment),
        [
            about
            | {"expert_id": expert, "item_id": row.item_id, "wording_id": row.wording_id, "language": "en"}
            | {"text": f"Say who does it, and when; as it stands it is two things in one ({number})."}
            for number, expert in enumerate(everyone[:COMMENTED])
            for row in opened.items
        ],
    )


def _made_up(closed: Round, now: datetime) -> Iterator[dict[str, object]]:
    for number, row in enumerate(closed.items):
        content = large_board.content(number)
        yield {
            "round_id": closed.id,
            "item_id": row.item_id,
            "content": content,
            "version": "1",
            "computed_at": now,
        }


def _made(study: Study, kind: str, environment: dict[str, str]) -> tuple[float, int]:
    """Seconds of the processor, and the peak in bytes."""
    by = session.get_one(Account, 1)
    work_id = works.ask(study, kind, {}, by=by, now=datetime.now(UTC)).id
    works.claim([kind], clock.now())
    session.commit()
    cost = _cost_of(["work", str(work_id), "--parent", str(os.getpid())], environment)
    work = session.get_one(Work, work_id, populate_existing=True)
    if work.state is not WorkState.DONE:
        raise RuntimeError(f"{kind} is {work.state}: {work.error}")
    session.rollback()
    return cost


def _cost_of(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Seconds of the processor, and the peak in bytes."""
    peak = 0
    child = subprocess.Popen([sys.executable, "-m", "delphi", *command], env=environment)
    while True:
        ended, _status, usage = os.wait4(child.pid, os.WNOHANG)
        if ended:
            child.returncode = 0
            return usage.ru_utime + usage.ru_stime, peak
        peak = max(peak, _memory(child.pid, "VmHWM"))
        sleep(0.02)


def _idle(environment: dict[str, str]) -> int:
    """What a worker with nothing to do holds."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "delphi", "worker"], env=environment, stderr=subprocess.PIPE, text=True
    )
    for line in worker.stderr or ():
        if "ready" in line:
            break
    sleep(2)
    found = _memory(worker.pid, "VmRSS")
    worker.terminate()
    worker.communicate()
    return found


def _memory(pid: int, name: str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name)), 0)


if __name__ == "__main__":
    main()
