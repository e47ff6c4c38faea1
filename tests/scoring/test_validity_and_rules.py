"""Scale validity, proportion intervals, COMET, AWMF and fuzzy Delphi: properties and edges."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring import intervals
from delphi.scoring.consensus_rules import Votes, awmf_strength, comet_consensus, comet_in_every_group
from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.fuzzy_delphi import FIVE_POINTS, SEVEN_POINTS, even_triangles, fuzzy_delphi
from delphi.scoring.proportions import wilson_interval
from delphi.scoring.scale_validity import aiken_v, cvr_critical_normal, cvr_table, scale_validity

METHODS = (
    intervals.score_interval,
    intervals.wilson_corrected,
    intervals.clopper_pearson,
    intervals.agresti_coull,
    intervals.jeffreys,
)
counted = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NAN = float("nan")


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None)  # the first call imports scipy
@given(case=counted)
def test_an_interval_holds_the_share_and_mirrors(method, case):
    k, n = case
    low, high = method(k, n)
    assert low <= k / n + 1e-12
    assert high >= k / n - 1e-12
    assert method(n - k, n) == pytest.approx((1 - high, 1 - low))
    if method is not intervals.agresti_coull:
        assert 0 <= low <= high <= 1
        assert (low == 0) is (k == 0)
        assert (high == 1) is (k == n)


@given(counted)
def test_the_score_interval_is_wilsons(case):
    assert intervals.score_interval(*case) == pytest.approx(wilson_interval(*case))


def test_agresti_coull_is_not_cut():
    assert intervals.agresti_coull(0, 10)[0] < 0


@pytest.mark.parametrize("method", METHODS)
def test_intervals_at_the_edges(method):
    assert method(0, 0) == NO_RATINGS
    with pytest.raises(ValueError, match="between 0 and 3"):
        method(4, 3)
    with pytest.raises(ValueError, match="confidence"):
        method(1, 3, 1.0)


def test_aiken_v():
    assert aiken_v([1, 1, 1], 1, 5).value == 0
    assert aiken_v([5, NAN, 5], 1, 5).n == 2
    assert aiken_v([2, 4], 1, 5).value == Fraction(1, 2)
    assert aiken_v([0, 2], 0, 2).value == Fraction(1, 2)
    assert aiken_v([NAN], 1, 5) == NO_RATINGS
    for values, lowest, highest in (([6], 1, 5), ([1], 1, 1)):
        with pytest.raises(ValueError, match="scale of"):
            aiken_v(values, lowest, highest)


def test_means_by_items_and_by_raters_differ_with_missing_answers():
    matrix = np.array([[4, 4, 1], [4, NAN, NAN]])
    found = scale_validity(matrix)
    assert found.i_cvi == (1, 1, 0)
    assert found.average == Fraction(2, 3)
    assert found.average_by_raters == Fraction(5, 6)
    assert found.universal == Fraction(2, 3)


def test_validity_of_items_nobody_answered():
    found = scale_validity(np.array([[4, NAN], [3, NAN]]))
    assert found.i_cvi == (1, NO_RATINGS)
    assert found.average == found.universal == 1
    nobody = scale_validity(np.full((2, 2), NAN))
    assert nobody.average == nobody.average_by_raters == nobody.universal == nobody.mean_kappa == NO_RATINGS


def test_critical_cvr():
    assert [row.n for row in cvr_table(range(7))] == [5, 6]
    assert [(row.n, row.votes) for row in cvr_table(range(6, 10), Fraction(1, 100))] == [
        (7, 7),
        (8, 8),
        (9, 9),
    ]
    assert cvr_critical_normal(0) == NO_RATINGS
    assert cvr_critical_normal(8) == pytest.approx(0.5815, abs=1e-4)
    with pytest.raises(ValueError, match="alpha"):
        cvr_critical_normal(8, 0)


def test_comet_is_in_integers():
    assert comet_consensus(Votes(23, 16, 0)) == "none"  # 69.6 %
    assert comet_consensus(Votes(20, 14, 2)) == "in"
    assert comet_consensus(Votes(20, 14, 3)) == "none"  # exactly 15 %
    assert comet_consensus(Votes(20, 10, 2), out_rule="at_most_half") == "out"
    assert comet_consensus(Votes(21, 11, 2), out_rule="at_most_half") == "none"
    assert comet_consensus(Votes(20, 10, 0), enough=Fraction(50)) == "in"


@given(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20)))
def test_comet_mirrors(bands):
    high, middle, low = bands
    n = high + middle + low
    mirror = {"in": "out", "out": "in"}
    found = comet_consensus(Votes(n, high, low))
    assert comet_consensus(Votes(n, low, high)) == (mirror.get(found, found) if n else NO_RATINGS)


def test_comet_over_groups():
    into, out, none = Votes(10, 8, 1), Votes(10, 1, 8), Votes(10, 5, 5)
    assert comet_in_every_group([into, into]) == "in"
    assert comet_in_every_group([out, out]) == "out"
    assert comet_in_every_group([into, out]) == comet_in_every_group([into, none]) == "none"
    assert comet_in_every_group([into, Votes(0, 0, 0)]) == comet_in_every_group([]) == NO_RATINGS


def test_impossible_votes_are_refused():
    with pytest.raises(ValueError, match="among 5"):
        comet_consensus(Votes(5, 4, 2))
    with pytest.raises(ValueError, match="6 of 5"):
        awmf_strength(6, 5)


@pytest.mark.parametrize(
    ("agree", "n", "strength"),
    [
        (20, 20, "strong consensus"),
        (19, 20, "consensus"),  # exactly 95 %
        (15, 20, "majority"),  # exactly 75 %
        (16, 20, "consensus"),
        (10, 20, "dissent"),  # exactly 50 %
        (11, 20, "majority"),
        (0, 20, "dissent"),
    ],
)
def test_awmf_strength(agree, n, strength):
    assert awmf_strength(agree, n) == strength


def test_awmf_of_nobody():
    assert awmf_strength(0, 0) == NO_RATINGS


def test_fuzzy_delphi_by_hand():
    # The average of 4, 4, 5, 3 on five points is (.4, .6, .8): d is 0, 0, .2, .2.
    found = fuzzy_delphi([4, 4, 5, 3, NAN], FIVE_POINTS)
    assert found.average == (Fraction(2, 5), Fraction(3, 5), Fraction(4, 5))
    assert (found.within, found.n, found.percent, found.score) == (4, 4, 100, Fraction(3, 5))
    assert found.distance == pytest.approx(0.1)
    assert found.accepted is True


def test_the_peak_can_weigh_more_in_the_score():
    # The average of 1, 3, 5 on an even scale is (1/3, 1/2, 2/3); of 1, 1, 2 it is (0, 1/12, 1/3).
    assert {fuzzy_delphi([1, 3, 5], even_triangles(5), peak_weight=w).score for w in (1, 2, 4)} == {
        Fraction(1, 2)
    }
    scores = [fuzzy_delphi([1, 1, 2], even_triangles(5), peak_weight=w).score for w in (1, 2, 4)]
    assert scores == [Fraction(5, 36), Fraction(1, 8), Fraction(1, 9)]


def test_fuzzy_delphi_refuses_on_each_of_its_tests():
    assert fuzzy_delphi([5, 5, 1, 1], FIVE_POINTS).accepted is False  # far apart
    assert fuzzy_delphi([2, 2, 2], FIVE_POINTS).accepted is False  # close, on too low a score
    assert fuzzy_delphi([7] * 7 + [1] * 3, SEVEN_POINTS).percent == 0
    assert fuzzy_delphi([7, 7, 7, 7, 6], SEVEN_POINTS).accepted is True


@given(st.integers(1, 7), st.integers(1, 20))
def test_all_on_one_point_have_no_distance(point, raters):
    found = fuzzy_delphi([point] * raters, SEVEN_POINTS)
    assert (found.distance, found.percent, found.average) == (0, 100, SEVEN_POINTS[point - 1])


@pytest.mark.parametrize("points", range(2, 12))
def test_even_triangles_mirror(points):
    triangles = even_triangles(points)
    mirrored = tuple(tuple(1 - corner for corner in reversed(one)) for one in reversed(triangles))
    assert triangles == mirrored
    assert [one[1] for one in triangles][:: points - 1] == [0, 1]


def test_fuzzy_delphi_at_the_edges():
    assert fuzzy_delphi([NAN], FIVE_POINTS) == NO_RATINGS
    for wrong in (0, 6, 2.5):
        with pytest.raises(ValueError, match="scale of 1 to 5"):
            fuzzy_delphi([wrong], FIVE_POINTS)
    with pytest.raises(ValueError, match="at least two"):
        even_triangles(1)
