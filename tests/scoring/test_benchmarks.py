"""The benchmark runs, and compares what it times; how long anything takes is not tested."""

import subprocess
import sys

import numpy as np
import pytest

from benchmarks import scoring as benchmark
from benchmarks.rounds import Sizes
from tests.architecture.source import ROOT

TINY = ("--experts", "45", "--items", "12", "--resamples", "20", "--many-experts", "60", "--many-items", "12")


def test_the_benchmark_runs_at_a_tiny_size():
    command = [sys.executable, "benchmarks/scoring.py", *TINY, "--seconds", "0"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    rows = [line.strip("| ").split(" | ") for line in told.stdout.splitlines() if line.startswith("| ")]
    compared = {(row[0], row[1]) for row in rows}
    assert {
        ("table of 45 x 12", "numpy, lower bound"),
        ("COMET 70/15 in 20 resamples", "pandas, item by item (5 resamples timed)"),
        ("Krippendorff's alpha, ordinal", "krippendorff"),
        ("Kendall's W", "pingouin"),
        ("ICC, six forms", "pingouin"),
        ("Gwet's AC1", "irrCAC"),
        ("Fleiss' kappa", "statsmodels"),
    } <= compared
    assert {row[0] for row in rows if "the whole process" in row[1]} == {"RAND/UCLA IPRAS in 20 resamples"}


def test_a_difference_of_values_ends_the_run():
    case = benchmark.Case("a mean", "another", lambda: np.float64(1), lambda: np.float64(2))
    with pytest.raises(SystemExit, match="a mean: not the same values as another"):
        benchmark.measured(case, 0)


@pytest.mark.parametrize(
    ("ours", "result", "kept"), [(1, "2.0 times as fast", "yes"), (4, "0.5 times", "no")]
)
def test_a_row_tells_the_ratio_and_whether_the_target_is_kept(ours, result, kept):
    row = benchmark.Case("a mean", "another", list, list).row(ours, 2)
    assert row[4].startswith(result)
    assert row[-1] == kept


def test_the_page_tells_of_every_comparison():
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    cases = [case for part in (benchmark.tables, benchmark.agreement) for case in part(Sizes())]
    assert len(cases) > 10
    assert [case for case in cases if f"| {case.what} | {case.beside} |" not in page] == []
