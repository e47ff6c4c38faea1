"""`delphi bundle`: the file, or a refusal in words and nothing written; `delphi score` says the same of its ratings."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from delphi.db import session
from delphi.models import Account
from tests.cli.conftest import Run
from tests.support import bundles as support, studies
from tests.support.clock import Clock
from tests.support.rounds import World, make_world, open_round

SIZES = {"W": 12, "C": 8}


@pytest.fixture
def world(alice: Account, fay: Account, clock: Clock) -> World:
    return make_world(alice, fay, clock(), SIZES, studies.DOCUMENT)


def test_it_works(run: Run, world: World, clock: Clock, tmp_path: Path) -> None:
    support.closed_round(world, 1, clock())
    out, number = tmp_path / "study.zip", str(world.study.id)
    done = run("bundle", number, "--profile", "research", "--out", str(out))
    assert (done.exit_code, done.stdout) == (0, f"Written: {out}\n")
    assert "data/ratings.csv" in zipfile.ZipFile(out).namelist()


def test_without_a_closed_round_it_is_refused(run: Run, world: World, clock: Clock, tmp_path: Path) -> None:
    open_round(world, clock())
    done = run("bundle", str(world.study.id), "--out", str(tmp_path / "study.zip"))
    assert done.exit_code == 1
    assert "No round of this study is closed yet" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_study_that_does_not_exist(run: Run, world: World, tmp_path: Path) -> None:
    done = run("bundle", "4711", "--out", str(tmp_path / "study.zip"))
    assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])


def test_score_gives_the_same_numbers_to_the_last_digit(
    run: Run, world: World, clock: Clock, tmp_path: Path
) -> None:
    support.closed_round(world, 1, clock())
    folder = support.unpacked(world.study, "research", tmp_path, clock())
    session.commit()
    command = ["score", str(folder / "data" / "ratings.csv"), "--rater", "expert", "--panel", "panels"]
    protocol = ["--protocol", str(folder / "protocol-1.toml")]
    done = run(*command, *protocol, "--out", str(tmp_path / "scored"), "--resamples", "0")
    assert done.exit_code == 0, done.output
    scored = json.loads((tmp_path / "scored" / "results.json").read_text(encoding="utf-8"))
    bundled = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert (bundled["schema"], bundled["protocol"]) == (scored["schema"], scored["protocol"])
    computed = {one["item"]: one for one in scored["rounds"][0]["items"]}
    verdicts = {row["item"]: row for row in support.table(folder, "verdicts")}
    for stored in bundled["rounds"][0]["items"]:
        own = computed[stored["item"]]
        for criterion, groups in stored.pop("summaries").items():
            # A panel that was not asked is no group here; `delphi score` has it with nobody in it.
            assert {group: own["summaries"][criterion][group] for group in groups} == groups
        assert {key: own[key] for key in stored} == stored
        rule = "" if own["rule"] is None else str(own["rule"] + 1)
        assert (verdicts[own["item"]]["verdict"], verdicts[own["item"]]["deciding_rule"]) == (
            own["verdict"],
            rule,
        )
    for row in support.table(folder, "summaries"):
        summary = computed[row["item"]]["summaries"][row["criterion"]][row["group"]]
        for name in ("median", "q1", "q3", "iqr"):
            assert row[name] == repr(summary[name]["value"])
        for band in ("low", "middle", "high"):
            assert row[f"percent_{band}"] == repr(summary[band]["percent"]["value"])
            assert row[band] == str(summary[band]["count"])
