"""A bundle is enough for a stranger to recompute every verdict, in Python and in R; what was changed is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask_babel import force_locale

from delphi.models import Account
from delphi.scoring import presets
from delphi.services import demo, protocols, rounds
from tests.support import studies
from tests.support.bundles import (
    RICH,
    Row,
    closed_round,
    document_of,
    is_reproduced,
    is_valid,
    lower_a_rating,
    python,
    recomputed,
    table,
    tamper,
    unpacked,
    verdicts_of,
    world_of,
)
from tests.support.clock import Clock
from tests.support.rounds import World, decide_all


@pytest.mark.any_database
@pytest.mark.parametrize("preset", presets.names())
def test_every_verdict_of_every_preset_is_reproduced(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path, preset: str
) -> None:
    world = world_of(alice, fay, clock(), document_of(preset))
    closed_round(world, 1, clock(), more=9)
    is_reproduced(unpacked(world.study, "research", tmp_path, clock()), 12)


@pytest.mark.any_database
@pytest.mark.parametrize("quartiles", [6, 7, 8])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_protocol_can_say_is_reproduced(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path, seed: int, quartiles: int
) -> None:
    world = world_of(alice, fay, clock(), RICH.replace("quartiles = 6", f"quartiles = {quartiles}"))
    closed_round(world, seed, clock(), more=9)
    is_reproduced(unpacked(world.study, "research", tmp_path, clock()), 12)


def test_two_rounds_under_two_versions_of_the_protocol(world: World, clock: Clock, tmp_path: Path) -> None:
    amended = studies.DOCUMENT.replace("at_least = 70", "at_least = 60").replace('"every"', '"pooled"')
    decide_all(world, rounds.of_study(world.study)[-1], clock())
    protocols.amend(world.study, amended, "Nobody agreed.", by=world.alice, now=clock())
    closed_round(world, 5, clock())
    folder = unpacked(world.study, "research", tmp_path, clock())
    assert {row["protocol"] for row in table(folder, "verdicts")} == {"1", "2"}
    assert (folder / "protocol-2.toml").read_text(encoding="utf-8") == amended.strip() + "\n"
    is_valid(folder)
    is_reproduced(folder, verdicts_of(world.study))


def test_the_demo_study_in_both_languages(clock: Clock, app: object, tmp_path: Path) -> None:
    study = demo.load(clock())
    folders = []
    for language, heading in (("en", "# Codebook"), ("fr", "#")):
        (tmp_path / language).mkdir()
        with force_locale(language):
            folders.append(unpacked(study, "research", tmp_path / language, clock()))
        assert (folders[-1] / "codebook.md").read_text(encoding="utf-8").startswith(heading)
        is_valid(folders[-1])
    for folder in folders:
        is_reproduced(folder, verdicts_of(study))


@pytest.mark.any_database
class TestTampered:
    def test_a_rating(self, folder: Path) -> None:
        tamper(folder, "ratings", lower_a_rating)
        for status, told in recomputed(folder):
            assert status == 1
            assert "Round 1, item B, importance, pooled: " in told

    def test_enough_ratings_to_change_a_verdict(self, folder: Path) -> None:
        def all_high(rows: list[Row]) -> None:
            for row in rows:
                row["rating"] = {"A": "9", "B": "1"}.get(row["item"], row["rating"])

        tamper(folder, "ratings", all_high)
        stated = {row["item"]: row["verdict"] for row in table(folder, "verdicts")}
        for status, told in recomputed(folder):
            assert status == 1
            for item, verdict in (("A", "promote"), ("B", "drop")):
                if stated[item] != verdict:
                    assert f"Round 1, item {item}: the ratings give {verdict} (rule " in told
            assert "3 of 3" not in told

    def test_a_missing_answer(self, folder: Path) -> None:
        tamper(folder, "ratings", lambda rows: rows.remove(next(row for row in rows if row["rating"])))
        assert [status for status, _told in recomputed(folder)] == [1, 1]

    def test_a_verdict(self, folder: Path) -> None:
        tamper(folder, "verdicts", lambda rows: rows[0].update(verdict="revise"))
        for status, told in recomputed(folder):
            assert status == 1
            assert "Round 1, item A: the ratings give " in told
            assert "2 of 3 verdicts reproduced." in told

    def test_a_number(self, folder: Path) -> None:
        tamper(folder, "summaries", lambda rows: rows[0].update(median="5.25"))
        for status, told in recomputed(folder):
            assert (status, "median is " in told) == (1, True)

    def test_a_statistic_that_is_not_known(self, folder: Path) -> None:
        tamper(folder, "conditions", lambda rows: rows[0].update(statistic="entropy"))
        for status, told in recomputed(folder):
            assert status == 1
            assert "Round 1, item A: a rule uses entropy, not recomputed here" in told


@pytest.mark.any_database
def test_a_protocol_that_is_not_the_sealed_one(folder: Path) -> None:
    path = folder / "protocol-1.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("70", "60"), encoding="utf-8")
    status, told = python(folder)
    assert (status, "protocol-1.toml: not the document that was sealed" in told) == (1, True)
