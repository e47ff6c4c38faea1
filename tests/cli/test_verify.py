"""`delphi verify`: exit code 0 and every amendment for an honest study, 1 and every difference otherwise."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from delphi.db import session
from delphi.models import Account
from delphi.services import bundles, registration
from tests.cli.conftest import Run
from tests.support import rounds
from tests.support.clock import Clock

AGREED = {"W": [9, 9, 8, 8, 7, 7, 7, 7], "C": [9, 9, 8, 8, 7, 7], "M": [9, 8, 7]}


@pytest.fixture
def files(alice: Account, fay: Account, clock: Clock, tmp_path: Path) -> tuple[Path, Path]:
    """The registration pack of a study and, after a round, its research bundle."""
    world = rounds.make_world(alice, fay, clock())
    pack, data = tmp_path / "pack.zip", tmp_path / "data.zip"
    registration.write(world.study, {}, pack, lambda *_told: None, now=clock())
    opened = rounds.open_round(world, clock())
    rounds.rate(world, opened, "A", AGREED, clock())
    rounds.close(world, opened, clock.advance(days=7))
    bundles.write(world.study, "research", data, lambda *_told: None, now=clock())
    session.commit()
    return pack, data


def test_an_honest_study(run: Run, files: tuple[Path, Path]) -> None:
    done = run("verify", *map(str, files))
    assert (done.exit_code, done.output) == (
        0,
        "Verified: rules, items, answers and verdicts are as registered and as stored.\n",
    )


def test_a_changed_rating_in_french(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    pack, data = files
    changed = tmp_path / "changed"
    with ZipFile(data) as archive:
        archive.extractall(changed)
    ratings = changed / "data" / "ratings.csv"
    ratings.write_bytes(ratings.read_bytes().replace(b",9\r\n", b",8\r\n", 1))
    done = run("--lang", "fr", "verify", str(pack), str(changed))
    assert done.exit_code == 1
    assert "data/ratings.csv n’est pas le fichier" in done.output
    assert "à l’énoncé A" in done.output


def test_the_files_the_wrong_way_round(run: Run, files: tuple[Path, Path]) -> None:
    pack, data = files
    done = run("verify", str(data), str(pack))
    assert (done.exit_code, "Give the pack first" in done.output) == (1, True)
