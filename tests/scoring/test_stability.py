"""Individual and group stability, the hierarchy, Scheibe's percent, and rules over a study."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings, strategies as st

from delphi.scoring.exact import NO_RATINGS, NO_VARIANCE, NOT_BOTH_ROUNDS
from delphi.scoring.independence import independence
from delphi.scoring.scales import Bands, Scale
from delphi.scoring.stability import (
    chaffin_talley,
    dajani_hierarchy,
    dajani_stability,
    scheibe,
    scheibe_of_pairs,
)
from delphi.scoring.stability_criteria import CRITERIA, StabilityRule
from delphi.scoring.stability_rules import MEASURES, STABILITY_REASONS, settle, settle_all

NAN = float("nan")
histogram = st.lists(st.integers(0, 9), min_size=5, max_size=5)


@pytest.mark.parametrize("seed", range(10))
def test_chi_square_as_in_scipy(seed):
    table = np.random.default_rng(seed).integers(10, 60, (4, 3))
    theirs, ours = scipy.stats.chi2_contingency(table, correction=False), independence(table)
    assert (ours.chi2, ours.df, ours.p_value) == pytest.approx((theirs.statistic, theirs.dof, theirs.pvalue))
    assert ours.method == "chi-square"


@pytest.mark.parametrize("seed", range(5))
def test_sparse_tables_are_exact_over_all_permutations(seed):
    earlier, later = np.random.default_rng(seed).integers(1, 4, (2, 6))
    found = chaffin_talley(earlier, later, 9).test
    statistics = []
    for shuffled in permutations(later):
        table = np.zeros((3, 3))
        np.add.at(table, (earlier - 1, np.array(shuffled) - 1), 1)
        table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
        statistics.append(scipy.stats.chi2_contingency(table, correction=False).statistic)
    assert found.method == "exact"
    assert found.p_value == pytest.approx(np.mean(np.array(statistics) >= found.chi2 - 1e-9))


def test_what_is_too_large_to_enumerate_is_simulated_and_says_so():
    random = np.random.default_rng(3)
    earlier, later = random.integers(1, 10, (2, 60))
    table = np.histogram2d(earlier, later, bins=9)[0]
    found = independence(table)
    assert found.method == "simulated"
    assert found == independence(table)
    assert found.p_value != independence(table, seed=1).p_value
    shuffled = [np.histogram2d(earlier, random.permutation(later), bins=9)[0] for _ in range(400)]
    statistics = [scipy.stats.chi2_contingency(one, correction=False).statistic for one in shuffled]
    assert found.p_value == pytest.approx(np.mean(np.array(statistics) >= found.chi2 - 1e-9), abs=0.06)


def test_lambda_by_hand():
    # Guessing the later answer: 3 of 6 right without, 5 of 6 with the earlier one: 2 of 3 errors saved.
    found = chaffin_talley([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 2], 3)
    assert found.predictability == pytest.approx(2 / 3)
    assert chaffin_talley([1, 2], [3, 3], 3).predictability == NO_VARIANCE
    assert chaffin_talley([1, 2], [3, 3], 3).test == NO_VARIANCE


def test_nobody_answered_both():
    rounds = [1, NAN], [NAN, 2]
    assert chaffin_talley(*rounds, 3) == dajani_stability(*rounds, 3) == NOT_BOTH_ROUNDS
    assert scheibe_of_pairs(*rounds, 3) == NOT_BOTH_ROUNDS
    assert independence(np.zeros((3, 3))) == NO_RATINGS


def test_the_same_histogram_is_stable_for_the_group_whoever_moved():
    found = dajani_stability([1, 2] * 10, [2, 1] * 10, 9)
    assert (found.chi2, found.p_value) == (0, 1)
    assert scheibe_of_pairs([1, 2], [2, 1], 9) == 0
    assert dajani_stability([5, 5], [5, 5], 9) == NO_VARIANCE


@pytest.mark.parametrize(
    ("counts", "name"),
    [
        ([0, 8, 0], "consensus"),
        ([1, 0, 0], "consensus"),
        ([1, 6, 1], "majority"),
        ([4, 0, 4], "bipolarity"),
        ([4, 2, 2], "plurality"),
        ([3, 2, 2], "plurality"),
        ([3, 3, 2], "disagreement"),
        ([1, 1, 1], "disagreement"),
        ([5], "consensus"),
    ],
)
def test_hierarchy(counts, name):
    assert dajani_hierarchy(counts) == name


def test_hierarchy_with_a_lower_bar_for_consensus():
    assert dajani_hierarchy([8, 2], consensus=Fraction(4, 5)) == "consensus"
    assert dajani_hierarchy([0, 0]) == NO_RATINGS


def test_scheibe_by_hand():
    # Net moves: 2 leave the first point, 1 the second, 3 arrive at the third: 3 of 20.
    assert scheibe([8, 6, 6], [6, 5, 9]) == 15
    assert scheibe([1, 1], [3, 3]) == 0
    assert scheibe([5, 0], [0, 2]) == 100
    assert scheibe([0, 0], [1, 1]) == NO_RATINGS
    with pytest.raises(ValueError, match="same points"):
        scheibe([1], [1, 2])


@given(histogram, histogram)
def test_scheibe_is_a_distance(one, other):
    apart = scheibe(one, other)
    if apart == NO_RATINGS:
        assert not (any(one) and any(other))
        return
    assert 0 <= apart <= 100
    assert apart == scheibe(other, one) == scheibe(one[::-1], other[::-1])
    assert scheibe([2 * count for count in one], other) == apart
    assert scheibe(one, one) == 0


EARLIER = [7, 7, 8, 8, 9, 6, 7, 5, 4, 9, 8, 7]
LATER = [7, 7, 8, 8, 9, 7, 7, 5, 4, 9, 8, 7]  # one of twelve changed


NINE = Scale.default(9)
usual = StabilityRule.usual


def test_every_criterion_is_measured():
    assert set(MEASURES) == set(CRITERIA)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_one_change_in_twelve_is_stable_by_every_usual_rule(criterion):
    found = settle(usual(criterion), "A", EARLIER, LATER, NINE)
    assert (found.verdict, found.reason, found.n) == ("stable", "within", 12)


@pytest.mark.parametrize("criterion", sorted(set(CRITERIA) - {"mcnemar", "chaffin_talley", "spearman"}))
def test_a_panel_most_of_which_went_to_the_other_end_is_not_stable(criterion):
    random = np.random.default_rng(1)
    earlier, later = random.integers(8, 10, 40), random.choice([1, 9], 40, p=[0.7, 0.3])
    assert settle(usual(criterion), "A", earlier, later, NINE).verdict == "not stable"


@pytest.mark.parametrize("criterion", CRITERIA)
def test_too_few_pairs_cannot_tell(criterion):
    found = settle(usual(criterion), "A", [7, NAN, 8], [7, 8, 9], NINE)
    assert (found.verdict, found.reason, found.n) == ("cannot tell", "too_few_pairs", 2)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_nobody_changed_is_stable_even_without_variance(criterion):
    for answers in ([9] * 12, EARLIER):
        found = settle(usual(criterion), "A", answers, answers, NINE)
        assert (found.verdict, found.reason) == ("stable", "nobody_changed")


def test_an_undefined_measure_cannot_tell_and_says_why():
    found = settle(usual("spearman"), "A", [9] * 12, EARLIER, NINE)
    assert (found.verdict, found.reason, found.value) == ("cannot tell", "no_variance", NO_VARIANCE)


def test_nobody_crossed_the_cut():
    found = settle(usual("mcnemar"), "A", [7, 8, 9] * 4, [8, 8, 9] * 4, NINE)
    assert (found.verdict, found.reason) == ("stable", "no_change")


def test_a_threshold_is_compared_exactly():
    earlier, later = [1] * 3 + [2] * 17, [2] * 20  # 3 of 20: 15 percent is not below 15
    assert settle(usual("percent_changed"), "A", earlier, later, NINE).verdict == "not stable"
    assert settle(usual("scheibe"), "A", earlier, later, NINE).verdict == "not stable"
    wider = StabilityRule("scheibe", Fraction("15.1"))
    assert settle(wider, "A", earlier, later, NINE).verdict == "stable"


@pytest.mark.parametrize("wrong", [("feeling", 15), ("scheibe", 15, 0)])
def test_rules_that_are_none(wrong):
    with pytest.raises(ValueError):
        StabilityRule(*wrong)
    with pytest.raises(ValueError):
        usual("feeling")


def test_in_and_out_are_of_the_high_band_and_quartiles_of_their_definition():
    earlier, later = [6] * 8 + [2] * 4, [7] * 8 + [2] * 4  # all eight rise into 7-9, none into 8-9
    assert settle(usual("mcnemar"), "A", earlier, later, NINE).verdict == "not stable"
    narrow = Scale(9, Bands((1, 3), (4, 7), (8, 9)))
    assert settle(usual("mcnemar"), "A", earlier, later, narrow).reason == "no_change"
    before, after = [3, 5, 6, 6, 7, 7, 8, 8, 9], [7] * 9
    values = [settle(usual("iqr_change"), "A", before, after, NINE, quartiles=q).value for q in (6, 7, 8)]
    assert values == [Fraction(5, 2), 2, Fraction(7, 3)]


def test_a_whole_study_with_its_reasons():
    earlier = np.array([EARLIER, EARLIER, [NAN] * 12]).T
    later = np.array([LATER, [1] * 12, [5] * 12]).T
    found = settle_all(usual(), ["A", "B", "C"], earlier, later, NINE)
    assert [one.verdict for one in found] == ["stable", "not stable", "cannot tell"]
    assert all(one.reason in STABILITY_REASONS for one in found)
    with pytest.raises(ValueError, match="raters and items"):
        settle_all(usual("scheibe"), ["A"], earlier, later, NINE)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=10, max_size=20), st.randoms())
@settings(max_examples=25, deadline=None)
def test_verdicts_do_not_depend_on_the_order_of_raters_or_the_direction_of_the_scale(answered, random):
    earlier, later = np.array(answered).T
    shuffled = list(answered)
    random.shuffle(shuffled)
    for criterion in sorted(set(CRITERIA) - {"chaffin_talley", "dajani", "cv_change", "mcnemar"}):
        rule = usual(criterion)
        found = settle(rule, "A", earlier, later, NINE)
        assert found.verdict == settle(rule, "A", *np.array(shuffled).T, NINE).verdict
        assert found.verdict == settle(rule, "A", 10 - earlier, 10 - later, NINE).verdict
