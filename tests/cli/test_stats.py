"""`delphi stats`: one named statistic of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner, Result

from delphi import scoring
from delphi.cli import delphi
from delphi.cli.doors import Doors


def no_application(*_: object) -> NoReturn:
    raise AssertionError("statistics need no application")


def run(*arguments: object, language: str = "en") -> Result:
    doors = Doors(create_app=no_application, run_worker=no_application, do_work=no_application)
    return CliRunner().invoke(delphi, ["--lang", language, "stats", *map(str, arguments)], obj=doors)


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    rows = [
        f"{item},r{place},{(place * step) % 9 + 1}"
        for item, step in (("A", 1), ("B", 4))
        for place in range(9)
    ]
    path.write_text("\n".join(["item,rater,rating", *rows, "A,r9,", "B,r9,unable"]))
    return path


def test_the_list_names_each_statistic_once_on_one_line():
    lines = [line.strip() for line in run("--list").output.splitlines()]
    for one in scoring.named_statistics():
        (line,) = [line for line in lines if line.split()[0] == one.name]
        assert line.endswith(one.line)


def test_one_item_a_line(ratings: Path):
    found = run("mean", ratings)
    assert found.exit_code == 0, found.output
    assert [line.split() for line in found.output.splitlines()] == [["item", "value"], ["A", "5"], ["B", "5"]]


def test_the_whole_panel_field_by_field(ratings: Path):
    found = run("krippendorff_alpha", ratings, "--points", 9, "-o", "measurement=interval")
    fields = dict(line.split(None, 1) for line in found.output.splitlines() if line)
    assert float(fields["value"]) == pytest.approx(-0.04, abs=0.2)
    assert fields["items"] == "2"


def test_a_declared_scale_is_asked_for(ratings: Path):
    found = run("gwet_ac", ratings)
    assert found.exit_code == 1
    assert "gwet_ac also needs" in found.output
    assert "points" in found.output


def test_json_keeps_every_digit(ratings: Path):
    document = json.loads(run("mean", ratings, "--json").output)
    assert document[0] == {"item": "A", "result": {"exact": "5", "value": 5.0}}


def test_a_json_file_holds_data_and_options(tmp_path: Path):
    path = tmp_path / "counts.json"
    path.write_text('{"counts": [30, 40, 210, 130, 530, 50, 10]}')
    assert run("van_der_eijk_agreement", path).output.split() == ["value", "0.611333"]
    assert json.loads(run("leik_d", path, "--json").output)["value"] == pytest.approx(0.286666666667)
    path.write_text('{"ratings": [[1, 2, null], [2, 2, 3]], "orientation": "items x raters"}')
    assert run("gwet_ac", path, "--points", 3).exit_code == 0


def test_what_is_undefined_says_why(tmp_path: Path):
    path = tmp_path / "ratings.json"
    path.write_text('{"ratings": [7]}')
    assert run("variance", path).output.split() == ["value", "–", "(one_rating)"]


def test_a_name_alone_explains_itself():
    found = run("gwet_ac")
    assert "Needs: ratings and points" in found.output
    assert "weighting, unweighted if not said (unweighted, linear, quadratic" in found.output


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "is not JSON"), ("[1, 2]", "holds no JSON object"), ('{"ratings": "many"}', "a list of numbers")],
)
def test_a_bad_json_file_is_explained(tmp_path: Path, content: str, told: str):
    path = tmp_path / "bad.json"
    path.write_text(content)
    found = run("mean", path)
    assert found.exit_code == 1
    assert told in found.output


def test_bad_arguments_are_explained(ratings: Path):
    assert "near it: kendall_w" in run("kendal_w", ratings).output
    assert "is not KEY=VALUE" in run("quantile", ratings, "-o", "p").output
    assert "quantile does not take: q" in run("quantile", ratings, "-o", "q=1", "-o", "p=0.3").output
    assert run().exit_code == 2


def test_bad_rows_are_named_with_line_and_column(tmp_path: Path):
    path = tmp_path / "ratings.csv"
    path.write_text("item,rater,rating\nA,r1,7\nA,r2,seven\nA,r3,12\n")
    found = run("mean", path)
    assert found.exit_code == 1
    assert "C3" in found.output
    assert "C4" in found.output


def test_wide_results_are_written_one_below_the_other(ratings: Path):
    lines = run("describe", ratings, "--points", 9).output.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("item ")] == ["A", "B"]
    assert max(map(len, lines)) < 160


def test_french_words_and_the_same_numbers(ratings: Path):
    assert run("mean", ratings, language="fr").output.split()[-1] == "5"
