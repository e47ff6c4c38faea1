"""One number, wherever it is read: board, report, workbook, exports, and a recomputation from the bundle's ratings.

A workbook holds 16 digits of a number, which is what its writer gives; everything else is the same to the last.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook

from delphi.cli import delphi
from delphi.cli.doors import Doors
from delphi.models import Account, Study
from delphi.reports.document import Document, Table
from delphi.scoring.rules import POOLED
from delphi.services import board, bundles, demo, exports, report_files
from delphi.services.report_files import Format
from delphi.services.reporting import study_report
from tests.support.clock import Clock
from tests.support.rounds import World, close, decide_all, make_world, open_round, rate

Place = tuple[int, str, str, str]  # round, item, criterion, group
Numbers = dict[str, float | None]
KEYS = ("n", "unable", "low", "high", "median", "iqr")
LATER = timedelta(days=8)


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock()


@pytest.fixture(params=["demo", "two rounds"])
def study(request: pytest.FixtureRequest, app: Flask, now: datetime) -> Iterator[Study]:
    with app.test_request_context():
        if request.param == "demo":
            yield demo.load(now)
        else:
            accounts = (request.getfixturevalue("alice"), request.getfixturevalue("fay"))
            yield _two_rounds(*accounts, now).study


def _two_rounds(alice: Account, fay: Account, now: datetime) -> World:
    """The third panel is too small to be shown in the first round, and B is rated twice."""
    world = make_world(alice, fay, now, {"W": 11, "C": 7, "M": 6})
    opened = open_round(world, now)
    rate(world, opened, "A", {"W": [9, 8, 7] * 3, "C": [9, 9, 9, 8, 8, 8], "M": [7, 7, 7]}, now)
    rate(world, opened, "B", {"W": [1, 9, None] * 3, "C": [7, 6, 5, 4, 3, 2, 1], "M": [5] * 6}, now)
    rate(world, opened, "C", {"W": [2, 3, 1, 2, 3, 1, 2]}, now)
    decide_all(world, close(world, opened, now + LATER), now + LATER)
    again = open_round(world, now + LATER, ["B"])
    rate(world, again, "B", {"W": [8, 9, 7] * 3, "C": [7, 6, 6, 4, 7, 7, 7], "M": [5, 6] * 3}, now + LATER)
    close(world, again, now + 2 * LATER)
    return world


def _shown(summary: Mapping[str, Any]) -> Numbers:
    return {
        "n": summary["n"],
        "unable": summary["unable"],
        "low": summary["low"]["percent"].get("value"),
        "high": summary["high"]["percent"].get("value"),
        "median": summary["median"].get("value"),
        "iqr": summary["iqr"].get("value"),
    }


def of_board(study: Study) -> dict[Place, Numbers]:
    return {
        (one.number, row.item.code, criterion, group): _shown(summary)
        for one in board.scored_rounds(study)
        for row in board.rows(one)
        for criterion, groups in row.judgement["summaries"].items()
        for group in groups
        if (summary := row.summary(criterion, group)) is not None
    }


def of_scoring(study: Study, folder: Path, now: datetime) -> dict[Place, Numbers]:
    """`delphi score` on the ratings of the bundle, by its protocol, hidden groups included."""
    bundles.write(study, "research", folder / "bundle.zip", lambda *_: None, now=now)
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        archive.extractall(folder / "bundle")
    ratings = next((folder / "bundle").rglob("ratings.csv"))
    protocol = next((folder / "bundle").rglob("protocol-1.toml"))
    doors = Doors(create_app=_nothing, run_worker=_nothing, do_work=_nothing)
    arguments = [
        ratings,
        "--rater",
        "expert",
        "--panel",
        "panels",
        "--protocol",
        protocol,
        "--resamples",
        "0",
    ]
    run = CliRunner().invoke(delphi, ["score", *map(str, arguments), "--out", str(folder / "out")], obj=doors)
    assert run.exit_code == 0, run.output
    found = json.loads((folder / "out" / "results.json").read_text())
    return {
        (int(one["round"]), item["item"], criterion, group): _shown(summary)
        for one in found["rounds"]
        for item in one["items"]
        for criterion, groups in item["summaries"].items()
        for group, summary in groups.items()
    }


def _nothing(*_: object) -> NoReturn:
    raise AssertionError("scoring needs no application")


def of_export(study: Study, now: datetime) -> dict[Place, Numbers]:
    columns = ("n", "unable", "percent_low", "percent_high", "median", "iqr")
    rows = csv.DictReader(io.StringIO(exports.file(study, "verdicts.csv", now=now).decode("utf-8-sig")))
    return {
        (int(row["round"]), row["item"], row["criterion"], row["group"]): {
            key: float(row[column]) if row[column] else None
            for key, column in zip(KEYS, columns, strict=True)
        }
        for row in rows
        if row["group"]
    }


def of_tables(
    tables: Mapping[str, tuple[list[str], list[list[Any]]]], study: Study
) -> dict[tuple[int, str, str], Numbers]:
    """Results and panels, from the columns as they are called."""
    codes = {f"{name}": code for code, name in _panel_names(study).items()}
    found: dict[tuple[int, str, str], Numbers] = {}
    for key, (titles, rows) in tables.items():
        if not key.startswith("results-"):
            continue
        for row in rows:
            cells = dict(zip(titles, row, strict=True))
            if isinstance(cells["n"], str):
                continue
            group = codes[cells["Panel"]] if "Panel" in cells else POOLED
            names = ("n", "Unable", "Low", "High", "Median", "IQR")
            found[cells["Round"], cells["Item"], group] = {
                own: cells[name] for own, name in zip(KEYS, names, strict=True)
            }
    return found


def _panel_names(study: Study) -> dict[str, str]:
    from delphi.services import panels

    return {one.code: one.name.get("en", one.code) for one in panels.list_of(study)}


def tables_of(document: Document) -> dict[str, tuple[list[str], list[list[Any]]]]:
    return {
        block.key: ([column.title for column in block.columns], [list(row) for row in block.rows])
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
    }


def sheets_of(path: Path) -> dict[str, tuple[list[str], list[list[Any]]]]:
    book = load_workbook(path)
    found = {}
    for sheet in book.worksheets:
        head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)] or [[]]
        found[sheet.title] = (head, rows)
    return found


def _digits(found: Mapping[Any, Numbers]) -> dict[Any, dict[str, str | None]]:
    """Each number with as many digits as a workbook keeps."""
    return {
        place: {key: None if one is None else f"{one:.16g}" for key, one in numbers.items()}
        for place, numbers in found.items()
    }


def test_every_number_is_the_same_wherever_it_is_read(study: Study, tmp_path: Path, now: datetime) -> None:
    on_the_board = of_board(study)
    assert on_the_board
    assert of_export(study, now) == on_the_board
    scored = of_scoring(study, tmp_path, now)
    assert {place: scored[place] for place in on_the_board} == on_the_board
    document = study_report.of(study, "en", now=now)
    told = of_tables(tables_of(document), study)
    by_group = {(number, item, group): one for (number, item, _criterion, group), one in on_the_board.items()}
    last = {
        item: max(number for number, other, _group in by_group if other == item) for _n, item, _g in by_group
    }
    assert told == {place: one for place, one in by_group.items() if place[0] == last[place[1]]}
    report_files.write(document, Format.WORKBOOK, tmp_path / "report.xlsx")
    assert _digits(of_tables(sheets_of(tmp_path / "report.xlsx"), study)) == _digits(told)


def test_every_verdict_is_the_same_wherever_it_is_read(study: Study, tmp_path: Path, now: datetime) -> None:
    stored = {
        (one.number, row.item.code): row.verdict
        for one in board.scored_rounds(study)
        for row in board.rows(one)
    }
    rows = csv.DictReader(io.StringIO(exports.file(study, "verdicts.csv", now=now).decode("utf-8-sig")))
    assert {(int(row["round"]), row["item"]): row["verdict"] for row in rows} == stored
    of_scoring(study, tmp_path, now)
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    scored = {
        (int(one["round"]), item["item"]): item["verdict"] for one in found["rounds"] for item in one["items"]
    }
    assert scored == stored
