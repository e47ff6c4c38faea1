"""Groups of raters compared, and p-values over many items."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring.exact import NO_VARIANCE, ONE_GROUP, TOO_FEW_RATINGS, Undefined
from delphi.scoring.groups import cliffs_delta, compare_panels, kruskal_wallis, mann_whitney, pairwise
from delphi.scoring.multiplicity import ADJUSTMENTS, adjust

NAN = float("nan")
group = st.lists(st.integers(1, 9), min_size=2, max_size=10)


@pytest.mark.parametrize("empty", [[], [NAN, NAN]])
def test_an_empty_group(empty):
    assert mann_whitney(empty, [1, 2]) == cliffs_delta([1, 2], empty) == ONE_GROUP
    assert kruskal_wallis([empty, [1, 2]]) == ONE_GROUP
    assert kruskal_wallis([empty, [1, 2], [2, 3]]).df == 1


def test_every_rating_tied():
    assert mann_whitney([5, 5], [5]) == kruskal_wallis([[5, 5], [5]]) == NO_VARIANCE
    assert cliffs_delta([5, 5], [5, 5]).delta == 0


def test_missing_answers_leave():
    assert mann_whitney([NAN, 3, 4], [1, 2, NAN]) == mann_whitney([3, 4], [1, 2])


def test_a_matrix_is_no_group():
    with pytest.raises(ValueError, match="one per rater"):
        mann_whitney([[1, 2]], [1, 2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mann_whitney([1, 2], [2, 3], method="guess"), "guess"),
        (lambda: mann_whitney([1, 2], [2, 3], alternative="other"), "other"),
        (lambda: mann_whitney(range(400), range(200), method="exact"), "at most 500"),
        (lambda: mann_whitney([1, np.inf], [2, 3]), "infinite"),
        (lambda: cliffs_delta([1, 2], [2, 3], confidence=95), "between 0 and 1"),
        (lambda: compare_panels([[1, 2]], {"a": [True]}, ["one"]), "raters x items"),
        (lambda: compare_panels([[1], [2]], {"a": [True]}, ["one"]), "every rater"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_exact_with_ties_by_hand():
    # Ranks 1, 2.5, 2.5, 4: of six deals of two ranks, one reaches 6.5.
    found = mann_whitney([5, 7], [3, 5], alternative="greater")
    assert (found.u, found.method, found.p_value) == (3.5, "exact", 2 / 6)


def test_auto_says_when_it_is_not_exact():
    many, few = [1, 2, 3] * 9, [2, 3] * 12
    assert mann_whitney(many, few).method == "normal"
    assert mann_whitney(many, few, method="exact").p_value == pytest.approx(
        mann_whitney(many, few).p_value, abs=0.01
    )


def test_one_rater_has_a_delta_without_an_interval():
    found = cliffs_delta([9], [1, 2, 3])
    assert (found.delta, found.low, found.high) == (1, TOO_FEW_RATINGS, TOO_FEW_RATINGS)


def test_groups_that_do_not_overlap_have_an_interval_of_some_width():
    above, below = cliffs_delta([7, 8, 9] * 4, [1, 2, 3] * 4), cliffs_delta([1, 2, 3] * 4, [7, 8, 9] * 4)
    assert (above.delta, above.high) == (1, 1)
    assert 0 < above.low < 1
    assert (below.low, below.high) == (-above.high, -above.low)


def test_ties_narrow_the_interval_and_no_variance_at_all_has_the_least():
    tied, untied = cliffs_delta([5] * 9 + [6], [5] * 10), cliffs_delta(range(0, 20, 2), range(1, 21, 2))
    assert tied.high - tied.low < 0.5 < untied.high - untied.low
    same = cliffs_delta([5, 5], [5, 5])  # the unbiased variance is 0
    assert same.low == -same.high
    assert 0 < same.high < 1


@given(group, group)
@settings(max_examples=100, deadline=None)
def test_swapping_groups_mirrors_and_delta_is_u(x, y):
    delta, other = cliffs_delta(x, y), cliffs_delta(y, x)
    assert (delta.delta, delta.low, delta.high) == pytest.approx((-other.delta, -other.high, -other.low))
    assert -1 <= delta.low <= delta.delta <= delta.high <= 1
    test = mann_whitney(x, y)
    if test == NO_VARIANCE:
        assert len({*x, *y}) == 1
        return
    assert delta.delta == pytest.approx(2 * test.u / (len(x) * len(y)) - 1)
    assert test.p_value == pytest.approx(mann_whitney(y, x).p_value)
    reversed_scale = mann_whitney([10 - v for v in x], [10 - v for v in y])
    assert reversed_scale.p_value == pytest.approx(test.p_value)
    squared = mann_whitney([v * v for v in x], [v * v for v in y])
    assert squared == test


@pytest.mark.parametrize("method", ADJUSTMENTS)
def test_tests_that_could_not_be_made_do_not_count(method):
    assert adjust([0.01, NO_VARIANCE, 0.04], method)[1] == NO_VARIANCE
    assert [p for p in adjust([0.01, NO_VARIANCE, 0.04], method) if p != NO_VARIANCE] == adjust(
        [0.01, 0.04], method
    )
    assert adjust([0.01, NAN, 0.04], method)[1] == Undefined("no_test")
    assert adjust([0.01, NAN, 0.04], method)[::2] == adjust([0.01, 0.04], method)
    assert adjust([], method) == []
    assert adjust([NO_VARIANCE], method) == [NO_VARIANCE]


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([0.5, wrong])


def test_an_unknown_adjustment_is_refused():
    with pytest.raises(ValueError, match="not one of"):
        adjust([0.5], "sidak")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusting_keeps_the_order_and_never_lowers(p_values):
    for method in ADJUSTMENTS:
        adjusted = adjust(p_values, method)
        assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
        order = np.argsort(p_values, kind="stable")
        assert (np.diff(np.array(adjusted)[order]) >= 0).all()


def test_panels_over_the_items_of_a_study():
    ratings = np.array([[9, 5], [8, 5], [9, 5], [1, 5], [2, 5], [1, 5], [5, 9], [9, 1]], float)
    west = np.array([1, 1, 1, 0, 0, 0, 0, 1], bool)
    east = np.array([0, 0, 0, 1, 1, 1, 0, 1], bool)
    first, second = compare_panels(ratings, {"west": west, "east": east}, ["A", "B"])
    assert (first.item, first.overall.n) == ("A", 6)  # one rater is in both panels, one in none
    assert first.pairs[0].delta.delta == 1
    assert first.pairs[0].adjusted == first.pairs[0].test.p_value == pytest.approx(0.1)
    assert second.overall == second.adjusted == second.pairs[0].adjusted == NO_VARIANCE


def test_pairs_of_groups_are_their_own_family():
    groups = {"a": [1, 2, 3, 4], "b": [5, 6, 7, 8], "c": [1, 3, 5, 7]}
    found = pairwise(groups, adjustment="bonferroni")
    assert [(pair.first, pair.second) for pair in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert all(pair.adjusted == pytest.approx(min(1, 3 * pair.test.p_value)) for pair in found)


def test_cliffs_delta_of_all_answers_of_a_study_fits_in_memory():
    """A sign for each pair of 60,000 and 30,000 answers would take 14 GB."""
    random = np.random.default_rng(4)
    x, y = random.integers(1, 10, 60_000), random.integers(2, 10, 30_000)
    tracemalloc.start()
    found = cliffs_delta(x, y)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000
    shares = np.bincount(x, minlength=10) / len(x), np.bincount(y, minlength=10) / len(y)
    signs = np.sign(np.subtract.outer(np.arange(10), np.arange(10)))
    assert found.delta == pytest.approx(shares[0] @ signs @ shares[1])
