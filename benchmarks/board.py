"""What the consensus board of a very large study costs: statements, bytes on the line, time beside the list of studies.

Run: python -m benchmarks.board. 500 items in 5 rounds with 300 experts in three panels, on a new SQLite database; each
page is asked for in the same process, in turn, and the fastest of a few times counts.
"""

from __future__ import annotations

import gzip
import tempfile
from contextvars import Context
from datetime import UTC, datetime
from time import perf_counter

import flask_migrate
from flask import Flask
from flask.testing import FlaskClient

from delphi import settings
from delphi.app import create_app
from delphi.db import db, session
from delphi.models import Account, Study
from delphi.services import accounts
from tests.support import large_board, rounds
from tests.support.statements import counted

RUNS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        values = {"demo": "yes", "instance_path": folder}
        app = create_app(
            settings.read({settings.PREFIX + name.upper(): value for name, value in values.items()})
        )
        with app.app_context():
            flask_migrate.upgrade()
            fay, newcomer, study = _site(datetime.now(UTC))
            session.commit()
            browser, beside = _signed_in(app, fay), _signed_in(app, newcomer)
            every = "&".join(f"column={key}" for key in large_board.COLUMNS)
            pages = {
                "studies, an empty list": (beside, "/studies"),
                "board": (browser, f"/studies/{study.id}/board"),
                "board, every column": (browser, f"/studies/{study.id}/board?{every}"),
            }
            _measure(pages)


def _site(now: datetime) -> tuple[Account, Account, Study]:
    alice, fay, newcomer = (
        accounts.create(f"{name}@example.org", name, "a password for this measurement", False, now)
        for name in ("alice", "fay", "newcomer")
    )
    world = rounds.make_world(alice, fay, now)
    large_board.fill(world, now)
    return fay, newcomer, world.study


def _signed_in(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    token = accounts.open_session(account, browser="Benchmark", now=datetime.now(UTC))
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def _measure(pages: dict[str, tuple[FlaskClient, str]]) -> None:
    times: dict[str, list[float]] = {name: [] for name in pages}
    costs = {}
    for _ in range(RUNS):
        for name, (client, address) in pages.items():
            with counted(db.engine) as seen:
                start = perf_counter()
                answer = Context().run(
                    client.get, address
                )  # as a server would, nothing kept from the page before
                times[name].append(perf_counter() - start)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            costs[name] = len(seen), len(answer.data), len(gzip.compress(answer.data, 6))
    reference = min(times["studies, an empty list"])
    print(f"The first took {reference * 1000:.1f} ms.\n")
    print("| page | statements | HTML | packed | time, beside the first |")
    print("| --- | --- | --- | --- | --- |")
    for name, (statements, plain, packed) in costs.items():
        ratio = min(times[name]) / reference
        print(f"| {name} | {statements} | {plain / 1000:.1f} kB | {packed / 1000:.1f} kB | {ratio:.0f} |")


if __name__ == "__main__":
    main()
