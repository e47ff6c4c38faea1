"""`delphi score`: from a table of ratings to verdicts, with no application and no database."""

from __future__ import annotations

import csv
import json
import statistics
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from delphi.cli import delphi
from delphi.cli.doors import Doors, speaking
from delphi.scoring.stopping import STOPPING_REASONS
from delphi.words import label

FILTERS = Path(__file__).parents[3] / "shared" / "data" / "trauma_audit_filters"

needs_filters = pytest.mark.skipif(
    not FILTERS.exists(), reason="the trauma audit filters are not beside the repository"
)

TEN_POINTS = """
[criteria.usefulness]
scale = { points = 10, bands = { low = [1, 3], middle = [4, 6], high = [7, 10] } }
[[rules]]
verdict = "promote"
criterion = "usefulness"
panels = "pooled"
all = [ { statistic = "percent_high", at_least = 75 } ]
[otherwise]
verdict = "re-rate"
"""


def no_application(*_: object) -> NoReturn:
    raise AssertionError("scoring needs no application")


def run(*arguments: object, language: str = "en") -> Result:
    doors = Doors(create_app=no_application, run_worker=no_application, do_work=no_application)
    return CliRunner().invoke(delphi, ["--lang", language, "score", *map(str, arguments)], obj=doors)


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    rows = [("A", rater, 9 if rater < 11 else 5) for rater in range(12)]
    rows += [("B", rater, 1 if rater < 11 else 5) for rater in range(12)]
    rows += [("C", rater, 9 if rater < 6 else 1) for rater in range(12)]
    path = tmp_path / "ratings.csv"
    path.write_text(
        "item,rater,rating\n" + "".join(f"{item},r{rater},{point}\n" for item, rater, point in rows)
    )
    return path


def written(out: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((out / "results.json").read_text())
    return document


def verdicts(out: Path) -> dict[str, str]:
    return {item["item"]: item["verdict"] for item in written(out)["rounds"][0]["items"]}


def test_a_preset_gives_verdicts_on_the_terminal_and_in_files(ratings: Path, tmp_path: Path) -> None:
    pooled = tmp_path / "pooled.toml"
    pooled.write_text(
        TEN_POINTS.replace("usefulness", "importance")
        .replace("points = 10", "points = 9")
        .replace("[7, 10]", "[7, 9]")
    )
    done = run(ratings, "--protocol", pooled, "--out", tmp_path / "out", "--seed", 5)
    assert done.exit_code == 0, done.output
    assert "promote" in done.output
    assert verdicts(tmp_path / "out") == {"A": "promote", "B": "re-rate", "C": "re-rate"}
    rows = list(csv.DictReader((tmp_path / "out" / "items.csv").read_text("utf-8-sig").splitlines()))
    assert [rows[0][name] for name in ("item", "n", "high", "verdict")] == ["A", "12", "11", "promote"]


def test_every_preset_by_its_short_name_and_beside_the_rule(ratings: Path, tmp_path: Path) -> None:
    rows = (
        ratings.read_text()
        .replace("rating\n", "rating,panel\n")
        .replace("\n", ",W\n")
        .replace("panel,W", "panel")
    )
    ratings.write_text(rows)
    done = run(
        ratings, "--preset", "comet", "--rule-sensitivity", "--out", tmp_path / "out", "--resamples", 200
    )
    assert done.exit_code == 0, done.output
    assert verdicts(tmp_path / "out") == {"A": "promote", "B": "drop", "C": "re-rate"}
    found = written(tmp_path / "out")["rounds"][0]["rule_sensitivity"]
    assert found["items"]["A"]["sealed"] == "promote"
    assert "depends on the choice of rule" in done.output


def test_the_same_seed_gives_the_same_document(ratings: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(ratings, "--preset", "agreement_75", "--out", tmp_path / name, "--seed", 3).exit_code == 0
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_a_wide_table_and_a_word_for_unable(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("rater,panel,A\n" + "".join(f"r{n},W,{'n/a' if n == 0 else 8}\n" for n in range(12)))
    done = run(path, "--preset", "comet", "--unable", "N/A", "--out", tmp_path / "out", "--resamples", 0)
    assert done.exit_code == 0, done.output
    summary = written(tmp_path / "out")["rounds"][0]["items"][0]["summaries"]["importance"]["pooled"]
    assert (summary["n"], summary["unable"]) == (11, 1)


def test_bad_rows_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("item,rater,rating\nA,r1,12\nA,r2,high\n")
    done = run(path, "--preset", "comet", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "C2: “12”" in done.output
    assert "C3: “high”" in done.output
    assert not (tmp_path / "out").exists()
    assert "C3\u00a0: «\u00a0high\u00a0»" in run(path, "--preset", "comet", language="fr").output


def test_a_protocol_that_is_none_is_told_by_place(ratings: Path, tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text(TEN_POINTS.replace("percent_high", "percent_hihg"))
    done = run(ratings, "--protocol", path)
    assert done.exit_code == 1
    assert "rules[0]" in done.output


def test_the_rules_are_given_once(ratings: Path) -> None:
    assert run(ratings).exit_code == 2
    assert run(ratings, "--preset", "comet", "--protocol", ratings).exit_code == 2


def _score_filters(protocol: Path, out: Path, *options: str) -> str:
    columns = ("--item", "code", "--rater", "seat", "--rating", "score", "--panel", "site")
    done = run(
        FILTERS / "scores.csv", "--protocol", protocol, *columns, "--out", out, "--resamples", 0, *options
    )
    assert done.exit_code == 0, done.output
    return done.output


@needs_filters
def test_the_published_medians_of_the_trauma_audit_filters(tmp_path: Path) -> None:
    protocol = tmp_path / "protocol.toml"
    protocol.write_text(TEN_POINTS)
    _score_filters(protocol, tmp_path / "out")
    groups = {
        (item["item"], site): summary
        for item in written(tmp_path / "out")["rounds"][0]["items"]
        for site, summary in item["summaries"]["usefulness"].items()
    }
    published = list(csv.DictReader((FILTERS / "items.csv").read_text("utf-8").splitlines()))
    assert len(published) == 67
    for row in published:
        assert groups[row["code"], row["site"]]["median"]["value"] == float(row["published_median"])
    pooled = [summary for (_, site), summary in groups.items() if site == "pooled"]
    points = [point for one in pooled for point, n in enumerate(one["counts"], 1) for _ in range(n)]
    assert statistics.mean(points) == pytest.approx(9.01, abs=0.005)


@needs_filters
def test_the_published_difference_between_the_sources_of_filters(tmp_path: Path) -> None:
    """ "LMIC filters score higher than WHO and New": Kruskal-Wallis, then rank sums."""
    protocol = tmp_path / "protocol.toml"
    protocol.write_text(TEN_POINTS)
    told = _score_filters(protocol, tmp_path / "out", "--compare-by", "group")
    expected = json.loads((FILTERS / "expected.json").read_text("utf-8"))["computed_R_4.2.2"]
    found = written(tmp_path / "out")
    assert found["compared_by"] == "group"
    answers = found["rounds"][0]["groups"]["usefulness"]["answers"]
    assert {name: own["n"] for name, own in answers["groups"].items()} == expected["group_n"]
    means = {name: own["mean"]["value"] for name, own in answers["groups"].items()}
    assert means == pytest.approx(expected["group_mean"])
    medians = {name: own["median"]["value"] for name, own in answers["groups"].items()}
    assert medians == expected["group_median"]
    overall = answers["overall"]
    assert (overall["h"], overall["df"]) == (pytest.approx(expected["kruskal"]["H"]), 2)
    assert overall["p_value"] == pytest.approx(expected["kruskal"]["p"], rel=1e-6)
    pairs = {frozenset((pair["first"], pair["second"])): pair for pair in answers["pairs"]}
    for names, p in expected["pairwise_rank_sum_normal_cc"].items():
        pair = pairs[frozenset(names.split("_vs_"))]
        assert pair["test"]["p_value"] == pytest.approx(p, rel=1e-6)
        assert pair["adjusted"] == pytest.approx(expected["pairwise_BH"][names], rel=1e-6)
    assert "LMIC above WHO" in told
    assert "LMIC above New" in told


@pytest.fixture
def two_rounds(tmp_path: Path) -> Path:
    """Two panels that differ on B, and one of twelve who leaves."""
    rows = ["item,rater,rating,panel,round,sex"]
    for round_ in "12":
        for rater in range(12 if round_ == "1" else 11):
            panel, sex = ("W", "C")[rater % 2], ("f", "m")[rater % 3 == 0]
            rows.append(f"A,r{rater},{9 if rater < 9 else 5},{panel},{round_},{sex}")
            rows.append(f"B,r{rater},{9 - rater % 2 * 7},{panel},{round_},{sex}")
    path = tmp_path / "two.csv"
    path.write_text("\n".join(rows))
    return path


def test_what_the_terminal_says_after_the_table(two_rounds: Path) -> None:
    told = run(two_rounds, "--preset", "agreement_75", "--resamples", 100).output
    assert "Agreement on importance: Krippendorff's alpha" in told
    assert "1 of 2 items tested differs by panel on importance" in told
    assert "2 of 2 items rated before have settled." in told
    assert "would be" in told
    assert "The rounds could stop here:\n  Every item is decided" in told


def test_the_terminal_speaks_french(two_rounds: Path) -> None:
    told = run(two_rounds, "--preset", "agreement_75", "--resamples", 0, language="fr").output
    assert "Accord sur importance" in told
    assert "Agreement" not in told


def test_groups_of_any_column(two_rounds: Path, tmp_path: Path) -> None:
    done = run(
        *(two_rounds, "--preset", "agreement_75", "--compare-by", "Sex", "--resamples", 0),
        *("--out", tmp_path / "out"),
    )
    assert "All answers on importance by Sex: means f " in done.output
    answers = written(tmp_path / "out")["rounds"][0]["groups"]["importance"]["answers"]
    assert {name: own["n"] for name, own in answers["groups"].items()} == {"f": 16, "m": 8}


def test_a_column_to_compare_by_must_be_there(two_rounds: Path, tmp_path: Path) -> None:
    done = run(two_rounds, "--preset", "agreement_75", "--compare-by", "gender", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "“gender”" in done.output
    assert "sex" in done.output
    assert not (tmp_path / "out").exists()


def test_the_table_of_items_has_what_one_sorts_by(two_rounds: Path, tmp_path: Path) -> None:
    run(two_rounds, "--preset", "agreement_75", "--resamples", 50, "--out", tmp_path / "out")
    rows = list(csv.DictReader((tmp_path / "out" / "items.csv").read_text("utf-8-sig").splitlines()))
    row = next(row for row in rows if (row["round"], row["item"], row["group"]) == ("2", "A", "pooled"))
    assert (row["n"], row["high"], row["mean"]) == ("11", "9", str((9 * 9 + 2 * 5) / 11))
    assert float(row["sd"]) == pytest.approx(statistics.stdev([9] * 9 + [5] * 2))
    assert (row["since"], row["percent_changed"], row["stable"]) == ("1", "0.0", "stable")
    assert row["condition"] == "percent_high at_least 75 %"
    assert 0.5 < float(row["probability"]) < 1
    assert row["fragility"] == "1"
    assert float(row["p_between_groups"]) > 0.05
    assert row["flipped_by_one_less"] == "0"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("reason", STOPPING_REASONS)
def test_every_reason_to_stop_has_words(reason: str, language: str) -> None:
    with speaking(
        Doors(create_app=no_application, run_worker=no_application, do_work=no_application, language=language)
    ):
        assert " " in label("stopping", reason)


def test_a_preset_for_every_panel_takes_a_file_without_panels_as_one_panel(ratings: Path, tmp_path: Path):
    out = tmp_path / "out"
    found = run(ratings, "--preset", "comet", "--rule-sensitivity", "--resamples", 0, "--out", out)
    assert found.exit_code == 0, found.output
    assert verdicts(out) == {"A": "promote", "B": "drop", "C": "re-rate"}
    assert "insufficient" not in {
        verdict
        for rules in written(out)["rounds"][0]["rule_sensitivity"]["items"].values()
        for verdict in rules.values()
    }


def test_panels_that_the_rules_name_and_the_file_has_not_are_told(ratings: Path, tmp_path: Path):
    document = tmp_path / "protocol.toml"
    document.write_text(TEN_POINTS.replace('"pooled"', '["nurses"]'))
    assert "nurses" in run(ratings, "--protocol", document, "--resamples", 0).output
