"""How sure a verdict is: values from elsewhere.

The posterior: R 4.2.2, `pbeta(0.7, 14.5, 6.5, lower.tail = FALSE)` and `qbeta`; every case of the kind
`prob_item_passes_threshold` beside the repository is run too.
"""

import json
from pathlib import Path

import pytest

from delphi.scoring.posterior import posterior_share

CASES = Path(__file__).parents[3] / "shared" / "reference" / "stats_cases"
STATISTIC = "prob_item_passes_threshold"


def check_posterior(case):
    params, expected, tolerance = case["params"], case["expected"], case["tolerance"]
    prior = (params["prior_a"], params["prior_b"])
    found = posterior_share(case["input"]["k"], case["input"]["n"], params["threshold"], prior)
    assert found.probability == pytest.approx(expected["posterior_prob"], abs=tolerance)
    assert [found.low, found.high] == pytest.approx(expected["ci95"], abs=tolerance)
    assert found.mean == pytest.approx(expected["mean"], abs=tolerance)


def test_posterior_of_14_in_20():
    check_posterior(
        {
            "input": {"k": 14, "n": 20},
            "params": {"threshold": 0.7, "prior_a": 0.5, "prior_b": 0.5},
            "expected": {
                "posterior_prob": 0.486688615559,
                "ci95": [0.482771751433, 0.863883773413],
                "mean": 0.690476190476,
            },
            "tolerance": 1e-8,
        }
    )


def test_every_case_beside_the_repository():
    if not CASES.exists():
        pytest.skip("the reference cases are not beside the repository")
    entries = [case for path in sorted(CASES.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]
    ours = [case for case in entries if case["statistic"] == STATISTIC]
    assert ours
    for case in ours:
        check_posterior(case)
