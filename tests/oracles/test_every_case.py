"""Every reference case, through the public API, within its own tolerance."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracles.reference_cases import ANSWERS, CASES, cases

FOUND = cases()


def tolerance_of(case: dict[str, Any], key: str) -> float:
    allowed = case["tolerance"]
    return float(allowed.get(key, 1e-9) if isinstance(allowed, dict) else allowed)


def compare(case: dict[str, Any], found: Any, expected: Any, key: str, where: str) -> None:
    """`expected` is a number, word, list or table; what it does not mention is not compared."""
    if isinstance(expected, dict):
        for name, part in expected.items():
            assert name in found, f"{where}: no {name}"
            compare(case, found[name], part, name, f"{where}.{name}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            compare(case, one, other, key, f"{where}[{place}]")
    elif isinstance(expected, bool | str) or expected is None:
        assert found == expected, where
    else:
        assert found == pytest.approx(expected, rel=0, abs=tolerance_of(case, key)), where


@pytest.mark.skipif(not FOUND, reason=f"the reference cases are not beside the repository ({CASES.name})")
@pytest.mark.parametrize("case", FOUND, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    params = case["params"] or {}
    found = ANSWERS[case["statistic"]](case["input"], params)
    compare(case, found, case["expected"], "", case["name"])
