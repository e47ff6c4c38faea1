"""Reference cases and published data kept beside the repository, as verdicts of rules and presets.

The numbers themselves are compared case by case in tests/oracles/test_every_case.py.
"""

import csv
import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from delphi.scoring import presets
from delphi.scoring.content_validity import cvr, cvr_critical
from delphi.scoring.protocol import Protocol
from delphi.scoring.rand_ucla import ipras, rand_agreement
from delphi.scoring.ratings import summarise
from delphi.scoring.scales import Scale
from tests.scoring.building import bands, item, one_rule, points_for, verdict

SHARED = Path(__file__).parents[3] / "shared"
CASES = SHARED / "reference" / "stats_cases"
TRAUMA = SHARED / "data" / "trauma_audit_filters"


def case(file: str, name: str) -> dict:
    path = CASES / f"{file}.json"
    if not path.exists():
        pytest.skip(f"the reference cases are not beside the repository: {file}.json")
    return next(entry for entry in json.loads(path.read_text(encoding="utf-8")) if entry["name"] == name)


def close(found, expected, tolerance=1e-9):
    return float(found) == pytest.approx(expected, abs=tolerance)


def preset(name: str) -> Protocol:
    return Protocol.from_dict(presets.load(name))


def test_comet_at_its_boundaries():
    expected = case("consensus_rules", "comet_70_15_boundaries")["expected"]["rows"]
    words = {"promote": "in", "drop": "out", "re-rate": "none", "insufficient": "insufficient"}
    for row in expected:
        rated = item("A", W=bands(row["n"], row["n_1_3"], row["n_7_9"]))
        summary = summarise(rated.values["importance"], Scale.default(9))
        assert close(summary.percent_high, row["pct_7_9"])
        assert close(summary.percent_low, row["pct_1_3"])
        for name, column in (
            ("comet_70_15", "symmetric_out_rule"),
            ("comet_70_15_out_50", "out_if_le_50pct_7_9"),
        ):
            document = presets.load(name)
            for rule in document["rules"]:
                rule["minimum_raters"] = 1
            assert words[verdict(Protocol.from_dict(document), rated)] == row[column], row


def test_ipras_of_a_published_panel():
    known = case("rand_ucla", "rand_ipras_bmjopen2012")
    expected = known["expected"]
    summary = summarise(np.array(known["input"]["ratings"], float), Scale.default(9))
    found = ipras(summary.quantile(Fraction(3, 10)), summary.quantile(Fraction(7, 10)))
    assert close(summary.median, expected["median"])
    assert close(found.p30, expected["p30"])
    assert close(found.p70, expected["p70"])
    assert close(found.ipras, expected["ipras"])
    assert close(found.index, expected["disagreement_index"])
    assert found.disagreement is expected["disagreement_ipras"]
    assert rand_agreement(summary.counts) is expected["agreement_classic"]
    rated = item("A", "appropriateness", W=known["input"]["ratings"])
    assert (
        verdict(preset("rand_ucla_ipras"), rated) == verdict(preset("rand_ucla_classic"), rated) == "promote"
    )


def test_median_of_six_and_a_half():
    known = case("rand_ucla", "rand_appropriateness_even_panel_6.5")
    rated = item("A", "appropriateness", W=known["input"]["ratings"])
    assert close(
        summarise(rated.values["appropriateness"], Scale.default(9)).median, known["expected"]["median"]
    )
    assert known["expected"]["half_point_up"] == "appropriate"
    assert verdict(preset("rand_ucla_classic"), rated) == "promote"
    assert known["expected"]["strict_7"] == "uncertain"
    strict = one_rule('{ statistic = "median", at_least = 7 }')
    assert verdict(strict, item("A", W=known["input"]["ratings"])) == "re-rate"


def test_critical_cvr():
    known = case("lawshe", "lawshe_ayre_scally_critical_5_40")
    for n, critical, votes in zip(
        known["input"]["panel_sizes"],
        known["expected"]["cvr_critical"],
        known["expected"]["n_critical"],
        strict=True,
    ):
        assert close(cvr_critical(n), critical)
        assert cvr(votes, n) == cvr_critical(n)
        scale = Scale.default(3)
        rule = one_rule('{ statistic = "cvr", at_least = "critical" }', points=3)
        assert verdict(rule, item("A", W=points_for(scale, 0, n - votes, votes))) == "promote"
        assert verdict(rule, item("A", W=points_for(scale, 0, n - votes + 1, votes - 1))) == "re-rate"


def test_every_published_median_of_the_trauma_audit_filters():
    if not TRAUMA.exists():
        pytest.skip("the trauma audit filter ratings are not beside the repository")
    scores = defaultdict(list)
    with (TRAUMA / "scores.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scores[row["code"], row["site"]].append(float(row["score"]))
    with (TRAUMA / "items.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (row["code"], row["site"]): float(row["published_median"]) for row in csv.DictReader(file)
        }
    expected = json.loads((TRAUMA / "expected.json").read_text(encoding="utf-8"))["items"]
    assert len(published) == len(scores) == len(expected) == 67
    for entry in expected:
        key = str(entry["code"]), str(entry["site"])
        by_seven, by_six = (summarise(np.array(scores[key]), Scale.default(10), quartiles=q) for q in (7, 6))
        assert close(by_seven.median, published[key])
        assert by_seven.n == entry["n"]
        assert close(by_seven.iqr, entry["iqr_type7"])
        assert close(by_six.iqr, entry["iqr_type6"])
        assert close(Fraction(100 * sum(by_seven.counts[6:]), by_seven.n), entry["pct_ge_7"])
