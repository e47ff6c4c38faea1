"""Leavers and stayers, and what the leavers could have changed."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
import scipy.stats

from delphi.scoring.attrition import (
    compare_leavers,
    decide_by,
    find_leavers,
    panels_of,
    standardised_difference,
    worst_case,
)
from delphi.scoring.engine import judge
from delphi.scoring.exact import NO_VARIANCE, ONE_GROUP, TOO_FEW_RATINGS
from tests.scoring.building import item, one_rule, protocol

NAN = float("nan")
NOBODY = [[NAN]] * 5


def round_of(*answers):
    return np.array([answers], float).T


def test_leavers_stayers_and_the_last_round_in_common():
    rounds = [round_of(5, 6, 7, 8, NAN), round_of(5, 6, 7, NAN, 4), round_of(5, 6, NAN, NAN, 4)]
    (found,) = find_leavers(["A"], rounds)
    assert (found.final, found.common) == (2, 1)
    assert found.leavers.tolist() == [False, False, True, True, False]
    assert found.stayers.tolist() == [True, True, False, False, True]
    (test,) = compare_leavers(["A"], rounds)
    assert (test.n_leavers, test.n_stayers) == (1, 3)  # the fourth had left before the round in common


def test_rounds_after_the_last_answer_do_not_make_leavers():
    (found,) = find_leavers(["A"], [round_of(5, 6), round_of(5, 6), round_of(NAN, NAN)])
    assert (found.final, found.common, found.leavers.any()) == (1, None, False)


def test_nobody_left_or_answered():
    for rounds in ([round_of(5, 6), round_of(4, 6)], [NOBODY, NOBODY]):
        (test,) = compare_leavers(["A"], rounds)
        assert test.common is None
        assert test.test == test.adjusted == test.delta == test.standardised_difference == ONE_GROUP


def test_rounds_of_different_shapes_are_refused():
    with pytest.raises(ValueError):
        find_leavers(["A"], [round_of(5, 6), round_of(5)])
    with pytest.raises(ValueError, match="same raters and items"):
        find_leavers(["A", "B"], [round_of(5, 6), round_of(5, 6)])


def test_leavers_by_item_as_in_scipy():
    random = np.random.default_rng(5)
    first = random.integers(1, 10, (60, 4)).astype(float)
    first[:20, 0] = random.integers(1, 4, 20)
    second = first.copy()
    second[:20] = NAN
    found = compare_leavers(list("ABCD"), [first, second])
    p_values = [scipy.stats.mannwhitneyu(first[:20, i], first[20:, i]).pvalue for i in range(4)]
    assert [one.test.p_value for one in found] == pytest.approx(p_values)
    assert [one.adjusted for one in found] == pytest.approx(scipy.stats.false_discovery_control(p_values))
    assert found[0].delta.delta < 0
    assert found[0].standardised_difference < 0


def test_standardised_difference():
    assert standardised_difference(np.array([1.0, 3]), np.array([4.0, 6])) == pytest.approx(-3 / 2**0.5)
    assert standardised_difference(np.array([1.0]), np.array([4.0, 6])) == TOO_FEW_RATINGS
    assert standardised_difference(np.array([4.0, 4]), np.array([6.0, 6])) == NO_VARIANCE


SEVENTY = one_rule('{ statistic = "percent_high", at_least = 70 }')


def worst(rules, rated, leavers, kinds=None):
    decide = decide_by(rules, [rated], 0, "importance")
    return worst_case(rated.item, decide, rated.values["importance"], np.array(leavers), 9, kinds=kinds)


def test_the_fewest_answers_that_flip():
    rated = item("A", W=[8] * 8 + [2, 2] + [NAN] * 3)  # 8 of 10; two more outside the band make 8 of 12
    found = worst(SEVENTY, rated, [False] * 10 + [True] * 3)
    assert (found.verdict, found.exhaustive, found.can_flip) == ("promote", True, True)
    assert found.all_at == ("re-rate",) * 6 + ("promote",) * 3
    (flip,) = found.flips
    assert (flip.verdict, len(flip.answers)) == ("re-rate", 2)
    assert all(point < 7 for _, point in flip.answers)


def test_what_no_leaver_could_change():
    rated = item("A", W=[8] * 20 + [NAN] * 2)
    found = worst(SEVENTY, rated, [False] * 20 + [True] * 2)
    assert (found.flips, found.can_flip) == ((), False)


def test_nobody_left_to_change_anything():
    found = worst(SEVENTY, item("A", W=[8, 2]), [False, False])
    assert (found.flips, found.can_flip, found.leavers) == ((), False, ())


def test_a_leaver_with_an_answer_is_refused():
    with pytest.raises(ValueError, match="has an answer"):
        worst(SEVENTY, item("A", W=[8, 2]), [False, True])


def test_too_many_to_try_all_is_said():
    rated = item("A", W=[8] * 200 + [NAN] * 9)
    found = worst(SEVENTY, rated, [False] * 200 + [True] * 9)
    assert (found.exhaustive, found.flips, found.can_flip) == (False, (), None)
    near = worst(SEVENTY, item("A", W=[8] * 15 + [2] * 6 + [NAN] * 9), [False] * 21 + [True] * 9)
    assert (near.exhaustive, len(near.flips[0].answers)) == (False, 1)


def test_leavers_of_different_panels_are_not_alike():
    every = one_rule('{ statistic = "percent_high", at_least = 70 }', panels='"every"')
    rated = item("A", W=[8] * 10 + [NAN], C=[8, 8, 8, 2, NAN])  # C: 3 of 4 passes, 3 of 5 does not
    found = worst(every, rated, [False] * 10 + [True] + [False] * 4 + [True], panels_of(rated))
    assert found.flips[0].answers[0][0] == 15  # the leaver of C
    assert len(found.flips[0].answers) == 1


def test_the_search_is_brute_force():
    rules = protocol("""
        [criteria.importance]
        scale = { points = 9 }
        [[rules]]
        verdict = "promote"
        criterion = "importance"
        panels = "pooled"
        all = [ { statistic = "iqr", at_most = 2 }, { statistic = "median", at_least = 7 } ]
        [[rules]]
        verdict = "drop"
        criterion = "importance"
        panels = "pooled"
        all = [ { statistic = "median", at_most = 3 } ]
        [otherwise]
        verdict = "re-rate"
    """)
    rated = item("A", W=[7, 8, 9, 7, 3, NAN, NAN, NAN])
    decide = decide_by(rules, [rated], 0, "importance")
    fewest: Counter[str] = Counter()
    for answers in product([NAN, *range(1, 10)], repeat=3):
        values = np.array([7, 8, 9, 7, 3, *answers], float)
        needed = 3 - int(np.isnan(answers).sum())
        reached = decide(values)
        fewest[reached] = min(fewest.get(reached, 9), needed)
    found = worst(rules, rated, [False] * 5 + [True] * 3)
    assert {flip.verdict: len(flip.answers) for flip in found.flips} == {
        verdict: needed for verdict, needed in fewest.items() if verdict != found.verdict
    }


def test_a_rule_on_the_average_judges_the_whole_round():
    rules = one_rule('{ statistic = "percent_high", at_least = "apmo" }')
    round_ = [item("A", W=[8, 8, 8, 2, NAN]), item("B", W=[8, 8, 8, 8, 8])]
    decide = decide_by(rules, round_, 0, "importance")
    for answer in (2, 9):
        values = np.array([8, 8, 8, 2, answer], float)
        expected = judge(rules, [item("A", W=values.tolist()), round_[1]])[0].verdict
        assert decide(values) == expected
    assert judge(rules, [round_[0]])[0].verdict != decide(round_[0].values["importance"])
