"""The public bundle: nobody can be found in it, and it says what that costs."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from delphi.models import Account
from tests.support import studies
from tests.support.bundles import (
    RICH,
    SIZES,
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
    world_of,
)
from tests.support.clock import Clock
from tests.support.rounds import World, make_world


def test_what_the_rules_need_and_may_be_told_is_reproduced(public: Path) -> None:
    # Rules for every panel cannot be recomputed where M is not told; C was put to W alone.
    assert {row["item"]: row["recomputable"] for row in table(public, "verdicts")} == {
        "A": "false",
        "B": "false",
        "C": "true",
    }
    for status, told in recomputed(public):
        assert status == 0
        assert told.splitlines()[0] == "1 of 1 verdicts reproduced."
        assert "2 more cannot be recomputed" in told


@pytest.mark.any_database
@pytest.mark.parametrize("preset", ["apmo", "rand_ucla_ipras", "comet_70_15", "cvr_ayre_scally"])
def test_presets(alice: Account, fay: Account, clock: Clock, tmp_path: Path, preset: str) -> None:
    sizes = {"W": 24, "C": 16} if preset == "comet_70_15" else SIZES
    made = make_world(alice, fay, clock(), sizes, document_of(preset))
    closed_round(made, 2, clock(), more=9)
    is_reproduced(unpacked(made.study, "public", tmp_path, clock()), 12)


@pytest.mark.any_database
def test_whatever_a_protocol_can_say(alice: Account, fay: Account, clock: Clock, tmp_path: Path) -> None:
    made = world_of(alice, fay, clock(), RICH)
    closed_round(made, 3, clock(), more=9)
    for status, told in recomputed(unpacked(made.study, "public", tmp_path, clock())):
        assert status == 0, told


def test_a_changed_rating_is_named(public: Path) -> None:
    tamper(public, "ratings", lower_a_rating)
    for status, told in recomputed(public):
        assert (status, "Round 1, item B, importance, pooled: " in told) == (1, True)


def test_frictionless_accepts_it(public: Path) -> None:
    is_valid(public)


def test_everybody_alike_is_five_or_more(public: Path) -> None:
    alike = Counter(
        (row["round"], row["item"], row["criterion"], row["panels"]) for row in table(public, "ratings")
    )
    assert min(alike.values()) >= 5
    assert {panels for *_, panels in alike} == {"", "W"}


def test_no_pseudonym_no_comment_and_no_small_panel(world: World, public: Path) -> None:
    codes = {expert.code for experts in world.experts.values() for expert in experts}
    text = "".join(path.read_text(encoding="utf-8") for path in public.rglob("*") if path.is_file())
    assert not [code for code in codes if code in text]
    assert not (public / "data" / "comments.csv").exists()
    assert {row["group"] for row in table(public, "summaries")} == {"pooled", "W"}


def test_the_report_says_what_it_costs(public: Path) -> None:
    report = json.loads((public / "anonymisation-report.json").read_text(encoding="utf-8"))
    assert report["k"] == 5
    (told,) = report["rounds"]
    assert told["verdicts_not_recomputed"] == ["A", "B"]
    assert told["panels_not_told"] == {"C": 2, "M": 2}
    text = (public / "anonymisation-report.md").read_text(encoding="utf-8")
    assert "Panel Panel M (M) is not told beside answers to 2 of 3 items." in text


def test_too_few_answers_are_left_out_whole(
    alice: Account, fay: Account, clock: Clock, tmp_path: Path
) -> None:
    made = make_world(alice, fay, clock(), {"W": 4}, studies.DOCUMENT.replace("raters = 2", "raters = 1"))
    closed_round(made, 1, clock())
    folder = unpacked(made.study, "public", tmp_path, clock())
    assert (table(folder, "ratings"), table(folder, "summaries")) == ([], [])
    assert {row["recomputable"] for row in table(folder, "verdicts")} == {"false"}
    assert python(folder)[0] == 0
    is_valid(folder)
