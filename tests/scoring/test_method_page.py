"""The method page says everything a rule can say."""

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
