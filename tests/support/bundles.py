"""Studies with closed rounds of any protocol, and their bundles as a stranger unpacks and checks them."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from frictionless import Package
from sqlalchemy import func, insert, select

from delphi.db import session
from delphi.domain.protocols import StudyProtocol
from delphi.models import Account, Item, Participation, Rating, Round, RoundItem, StoredVerdict, Study
from delphi.scoring import presets
from delphi.scoring.protocol import Protocol
from delphi.services import bundles, protocols
from tests.support.rounds import World, close, make_world, open_round
from tests.support.studies import DOCUMENT, add_item

Row = dict[str, str]

SIZES = {"W": 24, "C": 16, "M": 3}  # M is under every minimum

# Everything that a protocol can say beside the presets: two criteria, three modes of panels, every statistic.
RICH = """
quartiles = 6

[criteria.importance]
scale = { points = 9, bands = { low = [1, 3], middle = [4, 6], high = [7, 9] } }
question = { en = "How important is this?", fr = "Est-ce important ?" }

[criteria.clarity]
scale = { points = 4, bands = { low = [1, 2], high = [3, 4] } }
question = { en = "How clear is this?", fr = "Est-ce clair ?" }

[[rules]]
name = "Two panels"
verdict = "promote"
criterion = "importance"
panels = ["W", "C"]
minimum_raters = 5
any = [ { statistic = "percent_high", above = "200/3" }, { statistic = "disagreement_index", below = 0.2 } ]

[[rules]]
verdict = "drop"
criterion = "importance"
panels = "any"
minimum_raters = 5
all = [ { statistic = "rand_agreement", at_least = 1 }, { statistic = "median", at_most = 3.5 } ]

[[rules]]
verdict = "revise"
criterion = "clarity"
panels = "every"
all = [ { statistic = "modified_kappa", below = -0.01 }, { statistic = "cvr", below = "critical" } ]

[[rules]]
verdict = "re-rate"
criterion = "clarity"
panels = "pooled"
any = [ { statistic = "percent_middle", above = 50 }, { statistic = "percent_low", at_least = "apmo" } ]

[otherwise]
verdict = "revise"
"""


def document_of(preset: str) -> str:
    return StudyProtocol(Protocol.from_dict(presets.load(preset))).to_toml()


def world_of(alice: Account, fay: Account, now: datetime, document: str = DOCUMENT) -> World:
    return make_world(alice, fay, now, SIZES, document)


def answer_at_random(opened: Round, seed: int, now: datetime) -> None:
    """Everybody asked, on every criterion: mostly towards one end an item, some unable, some silent."""
    chance = random.Random(seed)
    criteria = protocols.of_round(opened).rules.criteria
    experts = session.scalars(select(Participation.expert_id).where(Participation.round_id == opened.id))
    asked = session.execute(
        select(RoundItem.item_id, RoundItem.wording_id).where(RoundItem.round_id == opened.id)
    ).all()
    rows = []
    for expert_id in sorted(experts):
        for item_id, wording_id in asked:
            for key, criterion in criteria.items():
                drawn, points = chance.random(), criterion.scale.points
                if drawn < 0.1:
                    continue
                lean = (item_id * 7 + seed) % 3
                low = 1 + (points // 2 if lean == 2 and drawn > 0.25 else 0)
                high = points // 2 if lean == 1 and drawn > 0.25 else points
                unable = drawn > 0.95
                rows.append(
                    {
                        "round_id": opened.id,
                        "expert_id": expert_id,
                        "item_id": item_id,
                        "wording_id": wording_id,
                        "criterion": key,
                        "point": None if unable else chance.randint(low, high),
                        "unable": unable,
                        "updated_at": now,
                    }
                )
    session.execute(insert(Rating), rows)


def closed_round(world: World, seed: int, now: datetime, more: int = 0) -> Round:
    """`more`: items beside A, B and C."""
    for number in range(more):
        code = f"N{number}"
        world.items[code] = add_item(world.study, now, code)
        world.items[code].position = 10 + number
    opened = open_round(world, now, list(world.items))
    answer_at_random(opened, seed, now)
    return close(world, opened, now)


def unpacked(study: Study, profile: str, folder: Path, now: datetime) -> Path:
    """The folder that the bundle was unpacked into."""
    target = folder / f"{profile}.zip"
    bundles.write(study, profile, target, lambda *_: None, now=now)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder / profile)
    return folder / profile


def recomputed(folder: Path) -> Iterator[tuple[int, str]]:
    """The exit status of each script and what it says: Python's, then R's where there is R."""
    yield python(folder)
    if shutil.which("Rscript") is None:
        pytest.skip("R (Rscript), which recomputes verdicts too, is not installed")
    yield r(folder)


def is_reproduced(folder: Path, count: int) -> None:
    for told in recomputed(folder):
        assert told == (0, f"{count} of {count} verdicts reproduced.\n")


def is_valid(folder: Path) -> None:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "fieldName", "note"])
    assert {path.stem for path in (folder / "data").iterdir()} == {
        task.title or Path(task.place).stem for task in report.tasks
    }


def verdicts_of(study: Study) -> int:
    query = select(func.count()).select_from(StoredVerdict).join(Item, Item.id == StoredVerdict.item_id)
    return session.scalar(query.where(Item.study_id == study.id)) or 0


def python(folder: Path) -> tuple[int, str]:
    """As a stranger runs it: isolated from this project."""
    command = [sys.executable, "-I", str(folder / "recompute.py")]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120)
    return done.returncode, done.stdout + done.stderr


def r(folder: Path) -> tuple[int, str]:
    command = ["Rscript", "--vanilla", str(folder / "recompute.R")]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120)
    return done.returncode, done.stdout + done.stderr


def table(folder: Path, name: str) -> list[Row]:
    with (folder / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lower_a_rating(rows: list[Row]) -> None:
    row = next(row for row in rows if row["item"] == "B" and row["rating"] not in ("", "unable"))
    row["rating"] = "1" if row["rating"] != "1" else "9"


def tamper(folder: Path, name: str, change: Callable[[list[Row]], None]) -> None:
    rows = table(folder, name)
    change(rows)
    with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
