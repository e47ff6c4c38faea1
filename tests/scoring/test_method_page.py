"""The method page says everything a rule can say, and its examples run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.protocol import COMPARISONS, PANEL_WORDS, Verdict

PAGE = (Path(__file__).parents[2] / "docs" / "method.md").read_text(encoding="utf-8")
THRESHOLDS = {name for entry in STATISTICS.values() for name in entry.threshold_names}


@pytest.mark.parametrize("word", [*STATISTICS, *COMPARISONS, *PANEL_WORDS, *sorted(THRESHOLDS)])
def test_every_word_of_a_rule_is_explained(word):
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("verdict", [verdict.value for verdict in Verdict])
def test_every_verdict_is_named(verdict):
    assert verdict in PAGE


EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_every_example_runs_alone(place, tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", EXAMPLES[place]], capture_output=True, text=True, cwd=tmp_path
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout


def test_the_example_of_rules_gives_the_verdicts_one_expects(tmp_path):
    (example,) = [text for text in EXAMPLES if "scoring.judge" in text]
    found = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.splitlines() == ["Asks about safety promote", "Quotes the law re-rate"]
