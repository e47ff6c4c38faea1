"""Two rounds of one item: signed ranks, square tables, correlations."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring.exact import NO_CHANGE, NO_VARIANCE, NOT_BOTH_ROUNDS, TOO_FEW_RATINGS
from delphi.scoring.paired import (
    bowker,
    kendall_tau_b,
    mcnemar,
    pairs,
    quadratic_kappa,
    spearman,
    stuart_maxwell,
    transitions,
    wilcoxon,
)

NAN = float("nan")
answers = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=15)


def test_only_those_who_answered_both_are_counted():
    earlier, later = [5, NAN, 7, 8], [6, 6, NAN, 9]
    assert [values.tolist() for values in pairs(earlier, later)] == [[5, 8], [6, 9]]
    assert wilcoxon(earlier, later).n == 2


def test_rounds_of_different_raters_are_refused():
    with pytest.raises(ValueError, match="same raters"):
        wilcoxon([1, 2, 3], [1, 2])


def test_transitions_count_every_pair_on_the_full_scale():
    assert transitions([1, 1, 3, NAN], [1, 2, 3, 3], 3).tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("off", [0, 4, 1.5])
def test_a_rating_off_the_scale_is_refused(off):
    with pytest.raises(ValueError, match="scale of 1 to 3"):
        transitions([1, off], [1, 2], 3)


def test_signed_ranks_with_ties_are_exact():
    # Differences 1, 1, 2 with ranks 1.5, 1.5, 3: all positive is one of eight.
    found = wilcoxon([2, 3, 5], [1, 2, 3], alternative="greater")
    assert (found.v, found.p_value, found.z, found.rank_biserial) == (6, 0.125, None, 1)


def test_zeros_leave_before_ranking_or_after():
    later, earlier = [5, 6, 7, 4], [5, 5, 5, 5]
    dropped, pratt = wilcoxon(later, earlier), wilcoxon(later, earlier, zeros="pratt")
    assert (dropped.zeros, dropped.v) == (1, 1.5 + 3)
    assert (pratt.zeros, pratt.v) == (1, 2.5 + 4)


def test_equal_steps_in_decimals_are_tied():
    # 0.3 - 0.1 and 0.2 - 0 differ in the seventeenth digit; in tenths they are 2, 2 and -1
    decimals, tenths = wilcoxon([0.3, 0.2, 0.6], [0.1, 0, 0.7]), wilcoxon([3, 2, 6], [1, 0, 7])
    assert decimals == tenths
    assert decimals.v == 5


@pytest.mark.parametrize("wrong", [{"method": "guess"}, {"zeros": "halve"}, {"alternative": "other"}])
def test_an_unknown_variant_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        wilcoxon([1, 2], [2, 4], **wrong)


def test_an_infinite_rating_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        wilcoxon([1, np.inf], [2, 4])


@pytest.mark.parametrize("test", [wilcoxon, spearman, kendall_tau_b, quadratic_kappa])
def test_nobody_answered_both(test):
    assert test([1, NAN], [NAN, 2]) == NOT_BOTH_ROUNDS


def test_nobody_changed():
    assert wilcoxon([4, 5, 6], [4, 5, 6]) == NO_CHANGE
    table = [[3, 0], [0, 2]]
    assert {mcnemar(table), bowker(table), stuart_maxwell(table)} == {NO_CHANGE}
    assert quadratic_kappa([4, 5, 6], [4, 5, 6]) == 1


def test_empty_tables():
    table = np.zeros((2, 2))
    assert {mcnemar(table), bowker(table), stuart_maxwell(table)} == {NOT_BOTH_ROUNDS}


@pytest.mark.parametrize("table", [[[1, 2, 3], [1, 2, 3]], [[1]], [[1, -1], [2, 2]], [[1, 0.5], [2, 2]]])
def test_tables_that_are_none(table):
    with pytest.raises(ValueError, match="must"):
        bowker(table)


def test_mcnemar_is_of_two_categories():
    with pytest.raises(ValueError, match="two categories"):
        mcnemar(np.ones((3, 3)))


def test_as_many_move_either_way():
    found = mcnemar([[5, 4], [4, 5]])
    assert (found.chi2, found.chi2_corrected, found.p_exact) == (0, 0, 1)


def test_bowker_skips_empty_pairs():
    # Only 1-2 and 2-3 are moved between: (3 - 1)^2 / 4 + (2 - 0)^2 / 2.
    table = [[5, 3, 0], [1, 4, 2], [0, 0, 6]]
    assert (bowker(table).chi2, bowker(table).df) == (3, 2)


def test_unused_points_do_not_change_the_tests_of_a_table():
    table = np.array([[5, 3, 1], [1, 4, 2], [4, 2, 6]])
    wider = np.zeros((9, 9), int)
    wider[np.ix_([1, 4, 7], [1, 4, 7])] = table
    assert bowker(wider) == bowker(table)
    assert stuart_maxwell(wider).df == 2
    assert stuart_maxwell(wider).chi2 == pytest.approx(stuart_maxwell(table).chi2)


def test_stuart_maxwell_of_two_categories_is_mcnemar():
    table = [[5, 7], [2, 9]]
    assert stuart_maxwell(table).chi2 == pytest.approx(mcnemar(table).chi2)


def test_categories_between_which_nobody_moved_split_the_degrees_of_freedom():
    table = np.zeros((4, 4), int)
    table[0, 1], table[1, 0], table[2, 3], table[3, 2] = 6, 2, 1, 4
    found = stuart_maxwell(table)
    assert (found.df, found.chi2) == (2, pytest.approx(16 / 8 + 9 / 5))


@pytest.mark.parametrize("test", [spearman, kendall_tau_b, quadratic_kappa])
def test_a_round_without_variance_has_no_correlation(test):
    assert test([5, 5, 5], [1, 2, 3]) == test([1, 2, 3], [5, 5, 5]) == NO_VARIANCE


def test_two_pairs_have_a_correlation_but_no_test():
    for found in (spearman([1, 2], [3, 4]), kendall_tau_b([1, 2], [3, 4])):
        assert (found.value, found.p_value) == (1, TOO_FEW_RATINGS)


@given(answers)
@settings(max_examples=100, deadline=None)
def test_swapping_the_rounds_mirrors(answered):
    x, y = np.array(answered, float).T
    one, other = wilcoxon(x, y, alternative="greater"), wilcoxon(y, x, alternative="less")
    if one == NO_CHANGE:
        assert other == NO_CHANGE
    else:
        assert one.p_value == pytest.approx(other.p_value)
        assert one.rank_biserial == -other.rank_biserial
        assert 0 < one.p_value <= 1
    for test in (spearman, kendall_tau_b):
        if test(x, y) != NO_VARIANCE:
            assert test(x, y).value == pytest.approx(test(y, x).value)
            assert -1 <= test(x, y).value <= 1


@given(answers, st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_raters_and_the_direction_of_the_scale_do_not_matter(answered, random):
    x, y = np.array(answered, float).T
    mirrored = wilcoxon(10 - y, 10 - x)
    shuffled = list(answered)
    random.shuffle(shuffled)
    assert wilcoxon(*np.array(shuffled, float).T) == wilcoxon(x, y) == mirrored
    kappa = quadratic_kappa(x, y)
    if kappa != NO_VARIANCE:
        assert quadratic_kappa(10 - x, 10 - y) == pytest.approx(kappa)
        assert -1 <= kappa <= 1
