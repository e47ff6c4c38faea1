"""The page on results names every key of the document and every column of the table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delphi.exporters.scores import COLUMNS
from delphi.scoring import presets
from delphi.scoring.answers import AnswerRow, rounds
from delphi.scoring.protocol import Protocol
from delphi.scoring.results import SCHEMA_VERSION, Choices, results

PAGE = (Path(__file__).parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(\w+)`", PAGE))
# Keys that are said by their data: names of criteria, groups, items, rules and verdicts.
DATA = {"importance", "pooled", "W", "C", "A", "B", "sealed", *presets.names()}
WORDS = {"exact", "value", "undefined", "promote", "revise", "drop", "re-rate", "insufficient"}


def _document() -> dict[str, Any]:
    """Two rounds of two panels that disagree, with gaps, a split and people who leave."""
    points = {"A": "999988871119", "B": "191919191919"}
    rows = [
        AnswerRow(item, f"r{n}", "importance", int(point), panels=("W" if n < 6 else "C",), round=name)
        for name, raters in (("1", 12), ("2", 10))
        for item, own in points.items()
        for n, point in enumerate(own[:raters])
        if (item, n) != ("A", 3)
    ]
    protocol = Protocol.from_dict(presets.load("rand_ucla_classic"))
    renamed = [AnswerRow(**{**vars(row), "criterion": next(iter(protocol.criteria))}) for row in rows]
    both = rounds(renamed, list(protocol.criteria))
    return results(protocol, both, Choices(resamples=20, rule_sensitivity=True))


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, own in value.items():
            yield key
            yield from () if key == "protocol" else _keys(own)
    elif isinstance(value, list):
        for own in value:
            yield from _keys(own)


def test_every_key_is_on_the_page() -> None:
    found = set(_keys(_document())) - DATA - WORDS
    assert len(found) > 200
    assert sorted(found - NAMED) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_on_the_page(column: str) -> None:
    assert column in set(re.findall(r"`(\w+)`", PAGE.partition("## items.csv")[2]))


def test_the_version_is_on_the_page() -> None:
    assert f"| `schema` | {SCHEMA_VERSION}." in PAGE
