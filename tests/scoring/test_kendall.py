"""Kendall's W: ranges, ties, gaps and the edges."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from delphi.scoring.exact import REASONS, Undefined
from delphi.scoring.kendall import Concordance, doubled_ranks, kendall_w

NAN = np.nan
SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 7))
COMPLETE = arrays(np.float64, SHAPES, elements=st.integers(1, 5).map(float))
GAPPED = arrays(np.float64, SHAPES, elements=st.sampled_from([NAN, 1.0, 2.0, 3.0]))


@settings(max_examples=150, deadline=None)
@given(GAPPED, st.sampled_from([None, "raters", "items"]))
def test_from_zero_to_one_or_a_reason(ratings, drop):
    found = kendall_w(ratings, drop=drop)
    if isinstance(found, Undefined):
        assert found.reason in REASONS
        return
    assert 0 <= found.w_uncorrected <= found.w <= 1
    assert 0 <= found.p_value <= 1
    assert found.raters + found.dropped_raters == ratings.shape[0]
    assert found.items + found.dropped_items == ratings.shape[1]


@settings(max_examples=100, deadline=None)
@given(COMPLETE, st.randoms(use_true_random=False))
def test_order_direction_and_names_of_points_do_not_matter(ratings, random):
    rows = random.sample(range(ratings.shape[0]), ratings.shape[0])
    columns = random.sample(range(ratings.shape[1]), ratings.shape[1])
    plain = kendall_w(ratings)
    for other in (ratings[rows][:, columns], 6 - ratings, ratings**3):
        found = kendall_w(other)
        if isinstance(plain, Undefined):
            assert found == plain
        else:
            assert (found.w, found.s, found.ties, found.p_value) == (
                plain.w,
                plain.s,
                plain.ties,
                plain.p_value,
            )
    assert kendall_w(ratings.T, orientation="items x raters") == plain


@settings(max_examples=60, deadline=None)
@given(COMPLETE)
def test_ranks_and_ties(ratings):
    ranks = rankdata(ratings, axis=1)
    assert (doubled_ranks(ratings) == 2 * ranks).all()
    found = kendall_w(ratings)
    if isinstance(found, Concordance):
        ties = sum((t**3 - t) for row in ratings for t in np.unique(row, return_counts=True)[1])
        assert found.ties == ties


def test_a_panel_of_one_mind_is_exactly_one_with_ties_too():
    found = kendall_w(np.tile([1.0, 1, 2, 5, 5, 5, 9], (7, 1)))
    assert found.w == 1
    assert found.w_uncorrected < 1
    assert found.mean_spearman == pytest.approx(1)


def test_opposite_raters_are_zero():
    found = kendall_w(np.array([[1.0, 2, 3], [3, 2, 1]]))
    assert (found.w, found.chi2, found.p_value, found.mean_spearman) == (0, 0, 1, -1)


def test_gaps_are_dropped_only_when_asked():
    ratings = np.array([[1, 2, 3, NAN], [1, 2, 3, 4], [2, 1, 3, 4]])
    assert kendall_w(ratings) == Undefined("incomplete")
    assert kendall_w(ratings, drop="raters").w == kendall_w(ratings[1:]).w
    assert kendall_w(ratings, drop="items").w == kendall_w(ratings[:, :3]).w
    assert kendall_w(ratings, drop="items").dropped_items == 1


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1, 2, 3]], "one_rater"),
        ([[1], [2]], "one_item"),
        ([[1, 1, 1], [2, 2, 2]], "all_tied"),
        ([[NAN, NAN]], "no_complete_cases"),
    ],
)
def test_undefined(ratings, reason):
    assert kendall_w(np.array(ratings, dtype=float), drop="raters") == Undefined(reason)


def test_a_rater_who_ties_everything_is_kept_and_has_no_rho():
    found = kendall_w(np.array([[1.0, 2, 3], [1, 2, 3], [5, 5, 5]]))
    assert found.raters == 3
    assert found.w == pytest.approx(2 / 3)
    assert found.mean_spearman == Undefined("all_tied")


def test_another_orientation_is_refused():
    with pytest.raises(ValueError, match="orientation"):
        kendall_w(np.ones((2, 2)), orientation="items")
