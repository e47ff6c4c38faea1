"""Studies with closed rounds of any protocol, and their bundles as a stranger unpacks and checks them."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from delphi.db import session
from delphi.models import Participation, Rating, Round, RoundItem, Study
from delphi.services import bundles, protocols
from tests.support.rounds import World, close, open_round
from tests.support.studies import add_item

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R (Rscript) is not installed")

Row = dict[str, str]


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


def tamper(folder: Path, name: str, change: Callable[[list[Row]], None]) -> None:
    rows = table(folder, name)
    change(rows)
    with (folder / "data" / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
