"""The rule engine: order, panels, minimum raters, exact thresholds, the record it leaves."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from delphi.scoring.engine import ItemRatings, judge
from delphi.scoring.exact import TOO_FEW_RATERS
from delphi.scoring.judgements import SCHEMA_VERSION
from delphi.scoring.summaries import summarise_counts
from tests.scoring.building import NO_ANSWER, bands, item, one_rule, protocol, verdict

HIGH_70 = '{ statistic = "percent_high", at_least = 70 }'

TWO_RULES = """
[criteria.importance]
[[rules]]
verdict = "promote"
criterion = "importance"
panels = "every"
minimum_raters = 5
all = [ { statistic = "percent_high", at_least = 70 }, { statistic = "percent_low", below = 15 } ]
[[rules]]
verdict = "drop"
criterion = "importance"
panels = "every"
minimum_raters = 5
all = [ { statistic = "percent_low", at_least = 70 } ]
[otherwise]
verdict = "revise"
"""


@pytest.mark.parametrize(
    ("condition", "n", "low", "high", "holds"),
    [
        (HIGH_70, 10, 0, 7, True),
        (HIGH_70, 10, 0, 6, False),
        (HIGH_70, 13, 0, 9, False),  # 69.2 %, which rounds to 69
        (HIGH_70, 23, 0, 16, False),  # 69.57 %, which rounds to 70
        ('{ statistic = "percent_high", above = 70 }', 10, 0, 7, False),
        ('{ statistic = "percent_low", below = 15 }', 10, 2, 0, False),
        ('{ statistic = "percent_low", below = 15 }', 20, 3, 0, False),
        ('{ statistic = "percent_low", at_most = 15 }', 20, 3, 0, True),
        ('{ statistic = "percent_high", at_least = "200/3" }', 9, 0, 6, True),
        ('{ statistic = "percent_high", at_least = 66.67 }', 9, 0, 6, False),
        ('{ statistic = "percent_middle", at_least = 50 }', 10, 3, 2, True),
        ('{ statistic = "rand_disagreement", at_least = 1 }', 9, 3, 3, True),
        ('{ statistic = "rand_agreement", at_least = 1 }', 9, 0, 7, True),
        ('{ statistic = "rand_agreement", at_least = 1 }', 9, 0, 6, False),
        ('{ statistic = "disagreement_index", above = 1 }', 10, 5, 5, True),
        ('{ statistic = "ipras_disagreement", at_most = 0 }', 10, 0, 9, True),
        ('{ statistic = "icvi", at_least = 0.8 }', 5, 0, 4, True),
        ('{ statistic = "cvr", at_least = "critical" }', 8, 0, 7, True),
        ('{ statistic = "cvr", at_least = "critical" }', 8, 0, 6, False),
        ('{ statistic = "modified_kappa", above = 0.74 }', 5, 0, 4, True),
    ],
)
def test_thresholds_are_compared_exactly(condition, n, low, high, holds):
    assert verdict(one_rule(condition), item("A", W=bands(n, low, high))) == (
        "promote" if holds else "re-rate"
    )


@pytest.mark.parametrize(
    ("condition", "ratings", "holds"),
    [
        ('{ statistic = "median", at_least = 7 }', [6, 7], False),
        ('{ statistic = "median", at_least = 6.5 }', [6, 7], True),
        ('{ statistic = "median", at_most = 3 }', [3, 4], False),
        ('{ statistic = "median", at_most = 3.5 }', [3, 4], True),
        ('{ statistic = "iqr", at_most = 2 }', [3, 5, 6, 6, 7, 7, 8, 8, 9], True),
    ],
)
def test_medians_between_bands_and_quartiles(condition, ratings, holds):
    assert verdict(one_rule(condition), item("A", W=ratings)) == ("promote" if holds else "re-rate")


def test_the_quartile_definition_of_the_protocol_decides():
    rules = protocol("""
        quartiles = 6
        [criteria.importance]
        [[rules]]
        verdict = "promote"
        criterion = "importance"
        panels = "pooled"
        all = [ { statistic = "iqr", at_most = 2 } ]
        [otherwise]
        verdict = "re-rate"
    """)
    assert (
        verdict(rules, item("A", W=[3, 5, 6, 6, 7, 7, 8, 8, 9])) == "re-rate"
    )  # 2.5 here, 2 by definition 7


@pytest.mark.parametrize(
    ("ratings", "expected", "rule"),
    [(bands(10, 0, 8), "promote", 0), (bands(10, 7, 0), "drop", 1), (bands(10, 2, 5), "revise", None)],
)
def test_the_first_rule_that_holds_gives_the_verdict(ratings, expected, rule):
    (judgement,) = judge(protocol(TWO_RULES), [item("A", W=ratings)])
    assert (judgement.verdict, judgement.rule) == (expected, rule)


def test_an_earlier_rule_wins_over_a_later_one_that_holds_too():
    rules = protocol(TWO_RULES.replace('"percent_low", at_least = 70', '"percent_high", at_least = 70'))
    (judgement,) = judge(rules, [item("A", W=bands(10, 0, 8))])
    assert (judgement.rule, [trace.holds for trace in judgement.trace]) == (0, [True, True])


def test_any_of_the_conditions():
    rules = protocol("""
        [criteria.importance]
        [[rules]]
        verdict = "drop"
        criterion = "importance"
        panels = "pooled"
        any = [ { statistic = "percent_low", at_least = 70 }, { statistic = "iqr", at_least = 5 } ]
        [otherwise]
        verdict = "re-rate"
    """)
    assert verdict(rules, item("A", W=bands(10, 7, 3))) == "drop"
    assert verdict(rules, item("A", W=bands(10, 5, 5))) == "drop"
    assert verdict(rules, item("A", W=bands(10, 0, 10))) == "re-rate"


YES, NO, FEW = bands(10, 0, 8), bands(10, 0, 5), bands(4, 0, 4)
SILENT = [NO_ANSWER] * 10


@pytest.mark.parametrize(
    ("panels", "groups", "expected"),
    [
        ('"every"', {"W": YES, "C": YES}, "promote"),
        ('"every"', {"W": YES, "C": NO}, "re-rate"),
        ('"every"', {"W": YES, "C": FEW}, "insufficient"),
        ('"every"', {"W": NO, "C": FEW}, "insufficient"),
        ('"every"', {"W": YES, "C": SILENT}, "insufficient"),
        ('"every"', {"W": YES, "C": []}, "promote"),
        ('"every"', {}, "insufficient"),
        ('"any"', {"W": YES, "C": NO}, "promote"),
        ('"any"', {"W": YES, "C": FEW}, "promote"),
        ('"any"', {"W": NO, "C": FEW}, "insufficient"),
        ('"any"', {"W": NO, "C": NO}, "re-rate"),
        ('"any"', {"W": NO, "C": []}, "re-rate"),
        ('"any"', {}, "insufficient"),
        ('"pooled"', {"W": YES, "C": NO}, "re-rate"),
        ('"pooled"', {"W": YES, "C": FEW}, "promote"),
        ('"pooled"', {"W": FEW}, "insufficient"),
        ('"pooled"', {}, "insufficient"),
        ('["W"]', {"W": YES, "C": NO}, "promote"),
        ('["C"]', {"W": YES, "C": NO}, "re-rate"),
        ('["W", "C"]', {"W": YES, "C": YES, "M": NO}, "promote"),
        ('["W", "C"]', {"W": YES, "C": FEW}, "insufficient"),
        ('["W", "C"]', {"W": YES, "C": []}, "promote"),
        ('["C"]', {"W": YES}, "re-rate"),  # put to others only: the rule does not apply
        ('["C"]', {}, "insufficient"),  # put to nobody
    ],
)
def test_panels_of_a_rule(panels, groups, expected):
    assert verdict(one_rule(HIGH_70, panels, minimum_raters=5), item("A", **groups)) == expected


def test_a_later_rule_may_hold_where_an_earlier_one_lacks_raters():
    rules = protocol(TWO_RULES.replace("minimum_raters = 5", "minimum_raters = 20", 1))
    assert verdict(rules, item("A", W=bands(10, 8, 0))) == "drop"
    assert verdict(rules, item("A", W=bands(10, 0, 8))) == "insufficient"


def test_exactly_the_minimum_of_raters_is_enough():
    assert verdict(one_rule(HIGH_70, minimum_raters=10), item("A", W=bands(10, 0, 7))) == "promote"
    assert verdict(one_rule(HIGH_70, minimum_raters=11), item("A", W=bands(10, 0, 7))) == "insufficient"


def test_no_critical_value_means_too_few_raters():
    (judgement,) = judge(
        one_rule('{ statistic = "cvr", at_least = "critical" }'), [item("A", W=bands(4, 0, 4))]
    )
    (condition,) = judgement.trace[0].groups["pooled"].conditions
    assert (judgement.verdict, condition.threshold, condition.holds) == ("insufficient", TOO_FEW_RATERS, None)


def test_unable_to_rate_counts_neither_way():
    values = np.array([8.0] * 7 + [5.0] * 3 + [NO_ANSWER] * 5)
    rated = ItemRatings("A", {"importance": values}, {"importance": np.isnan(values)})
    (judgement,) = judge(one_rule(HIGH_70), [rated])
    pooled = judgement.summaries["importance"]["pooled"]
    assert (judgement.verdict, pooled.n, pooled.unable) == ("promote", 10, 5)


def test_a_rater_in_two_panels_counts_in_both_and_once_in_pooled():
    values = np.array([8.0, 8.0, 2.0])
    panels = {"W": np.array([True, True, False]), "C": np.array([False, True, True])}
    (judgement,) = judge(one_rule(HIGH_70), [ItemRatings("A", {"importance": values}, panels=panels)])
    groups = judgement.summaries["importance"]
    assert {name: (s.n, s.count_high) for name, s in groups.items()} == {
        "pooled": (3, 2),
        "W": (2, 2),
        "C": (2, 1),
    }


def test_a_criterion_nobody_was_asked_has_no_ratings():
    rules = protocol("""
        [criteria.importance]
        [criteria.clarity]
        [[rules]]
        verdict = "promote"
        criterion = "clarity"
        panels = "pooled"
        all = [ { statistic = "median", at_least = 7 } ]
        [otherwise]
        verdict = "re-rate"
    """)
    (judgement,) = judge(rules, [item("A", W=[8.0, 9.0])])
    assert judgement.verdict == "insufficient"
    assert judgement.summaries["clarity"]["W"].n == 0


def test_apmo_is_computed_for_each_group_from_every_item():
    rules = one_rule('{ statistic = "percent_high", at_least = "apmo" }', '"every"')
    items = [item("A", W=bands(10, 0, 9), C=bands(10, 0, 6)), item("B", W=bands(10, 0, 7), C=bands(10, 8, 0))]
    first, second = judge(rules, items)
    thresholds = {name: group.conditions[0].threshold for name, group in first.trace[0].groups.items()}
    assert thresholds == {"W": 80, "C": 70}
    assert (first.verdict, second.verdict) == ("re-rate", "re-rate")


def test_apmo_leaves_those_unable_to_rate_out_of_the_opinions():
    values = np.array([8.0] * 6 + [5.0] * 4 + [NO_ANSWER] * 5)
    rated = ItemRatings("A", {"importance": values}, {"importance": np.isnan(values)})
    (judgement,) = judge(one_rule('{ statistic = "percent_high", at_least = "apmo" }'), [rated])
    assert judgement.trace[0].groups["pooled"].conditions[0].threshold == 60


def test_no_items():
    assert judge(one_rule(HIGH_70), []) == []


def test_the_trace_says_what_was_compared():
    (judgement,) = judge(protocol(TWO_RULES), [item("A", W=bands(9, 1, 7), C=bands(4, 0, 4))])
    promote = judgement.trace[0]
    assert (promote.rule, promote.verdict, promote.minimum_raters, promote.holds) == (0, "promote", 5, None)
    high, low = promote.groups["W"].conditions
    assert (high.statistic, high.comparison, high.count, high.n) == ("percent_high", "at_least", 7, 9)
    assert (high.value, high.threshold, high.threshold_name, high.holds) == (Fraction(700, 9), 70, None, True)
    assert (low.value, low.holds) == (Fraction(100, 9), True)
    assert (promote.groups["C"].n, promote.groups["C"].holds, promote.groups["C"].conditions) == (4, None, ())


def test_the_stored_form():
    (judgement,) = judge(protocol(TWO_RULES), [item("A", W=bands(9, 1, 7))])
    stored = judgement.to_dict()
    assert json.loads(json.dumps(stored, allow_nan=False)) == stored
    assert (stored["schema"], stored["item"], stored["verdict"], stored["rule"]) == (
        SCHEMA_VERSION,
        "A",
        "promote",
        0,
    )
    assert stored["summaries"]["importance"]["W"]["high"]["percent"] == {
        "exact": "700/9",
        "value": pytest.approx(77.7778, abs=1e-4),
    }
    assert stored["trace"][0]["groups"]["W"]["conditions"][0]["value"]["exact"] == "700/9"
    assert stored["trace"][0]["panels"] == "every"


def test_the_stored_form_has_no_nan_when_nobody_answered():
    (judgement,) = judge(protocol(TWO_RULES), [item("A", W=SILENT)])
    stored = json.loads(json.dumps(judgement.to_dict(), allow_nan=False))
    assert stored["verdict"] == "insufficient"
    assert stored["summaries"]["importance"]["pooled"]["median"] == {"undefined": "no_ratings"}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"values": {"importance": np.zeros(3)}, "panels": {"W": np.ones(2, bool)}}, "the same raters"),
        ({"values": {"importance": np.zeros((2, 2))}}, "the same raters"),
        ({"values": {"importance": np.ones(1)}, "panels": {"pooled": np.ones(1, bool)}}, "names of panels"),
        ({"values": {"importance": np.ones(1)}, "unable": {"importance": np.ones(1, bool)}}, "both rates"),
    ],
)
def test_ratings_that_contradict_themselves_are_refused(arrays, message):
    with pytest.raises(ValueError, match=message):
        ItemRatings("A", **arrays)


def test_a_rating_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="scale of 1 to 9"):
        judge(one_rule(HIGH_70), [item("A", W=[10.0])])


panels_of_ratings = st.dictionaries(
    st.sampled_from("WCM"), st.lists(st.integers(1, 9) | st.just(NO_ANSWER), max_size=12), min_size=1
)


@given(panels_of_ratings, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_panels_changes_nothing(groups, random):
    names = random.sample(sorted(groups), len(groups))
    shuffled = {name: random.sample(groups[name], len(groups[name])) for name in names}
    rules = protocol(TWO_RULES)
    (first,), (second,) = judge(rules, [item("A", **groups)]), judge(rules, [item("A", **shuffled)])
    assert first == second


@given(panels_of_ratings)
def test_the_verdict_follows_from_the_stored_counts_alone(groups):
    """An independent reading of the same two rules, from what is stored."""
    rules = protocol(TWO_RULES)
    (judgement,) = judge(rules, [item("A", **groups)])
    stored = judgement.to_dict()["summaries"]["importance"]
    present = [stored[name] for name, ratings in groups.items() if ratings]
    short = not present or any(summary["n"] < 5 for summary in present)
    high = [(sum(s["counts"][6:]), sum(s["counts"][:3]), s["n"]) for s in present]
    if short:
        expected = "insufficient"
    elif all(10 * h >= 7 * n and 100 * low < 15 * n for h, low, n in high):
        expected = "promote"
    elif all(10 * low >= 7 * n for _, low, n in high):
        expected = "drop"
    else:
        expected = "revise"
    assert judgement.verdict == expected
    scale = rules.criteria["importance"].scale
    assert all(
        summarise_counts(s["counts"], scale, unable=s["unable"]).to_dict() == s for s in stored.values()
    )
