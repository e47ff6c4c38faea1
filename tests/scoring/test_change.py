"""What changed between two rounds."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring.change import change, changes, figures
from delphi.scoring.exact import MEAN_NOT_POSITIVE, NO_RATINGS, ONE_RATING

NAN = float("nan")
rating = st.one_of(st.just(NAN), st.integers(1, 9).map(float))
two_rounds = st.lists(st.tuples(rating, rating), max_size=20)


def test_movers_by_hand():
    # Everyone's first median is 6: 3 -> 6 and 9 -> 8 go toward it, 6 -> 7 away, 4 -> 8 across.
    earlier = [3, 9, 6, 4, 6, 8, NAN]
    later = [6, 8, 7, 8, 6, NAN, 2]
    found = change(earlier, later)
    assert (found.n, found.changed, found.centre) == (5, 4, 6)
    assert (found.toward, found.away, found.across) == (2, 1, 1)
    assert (found.percent_changed, found.percent_toward, found.percent_away) == (80, 40, 20)


def test_figures_of_pairs_and_of_everyone():
    found = change([1, 2, 3, 9], [2, 3, 4, NAN])
    assert (found.pairs.before.n, found.pairs.after.n, found.everyone.before.n) == (3, 3, 4)
    assert (found.pairs.median, found.pairs.iqr, found.pairs.mean) == (1, 0, 1)
    assert found.everyone.median == Fraction(1, 2)
    assert found.pairs.cv == pytest.approx(1 / 3 - 1 / 2)


def test_the_centre_can_be_what_was_shown():
    assert change([1, 5], [3, 5], centre=Fraction(1)).away == 1


def test_nobody_answered_both():
    found = change([1, NAN], [NAN, 2])
    assert (found.n, found.percent_changed, found.pairs.median) == (0, NO_RATINGS, NO_RATINGS)
    assert found.everyone.median == 1


def test_nobody_answered_at_all():
    found = change([NAN], [NAN])
    assert found.centre == found.everyone.cv == found.everyone.mean == NO_RATINGS


def test_one_rating_has_no_cv_and_neither_has_a_mean_of_zero():
    assert figures(np.array([4.0])).cv == ONE_RATING
    assert figures(np.array([-1.0, 1.0])).cv == MEAN_NOT_POSITIVE
    assert figures(np.array([4.0, 4.0])).cv == 0


def test_figures_against_numpy():
    for seed in range(20):
        values = np.random.default_rng(seed).integers(1, 10, 30).astype(float)
        found = figures(values)
        q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
        assert (float(found.median), float(found.iqr)) == pytest.approx((median, q3 - q1))
        assert (float(found.mean), found.cv) == pytest.approx(
            (values.mean(), values.std(ddof=1) / values.mean())
        )


@pytest.mark.parametrize("later", [[1, 2], [[1, 2, 3]]])
def test_rounds_of_different_raters_are_refused(later):
    with pytest.raises(ValueError, match="same raters"):
        change([1, 2, 3], later)
    with pytest.raises(ValueError, match="same raters and items"):
        changes([[1, 2]], later)


def test_a_whole_study():
    earlier, later = np.array([[1, 5], [2, 6]]), np.array([[1, 6], [3, 7]])
    assert [one.changed for one in changes(earlier, later)] == [1, 2]


@given(two_rounds)
@settings(max_examples=100, deadline=None)
def test_counts_add_up_and_the_mirrored_scale_moves_alike(answered):
    earlier, later = np.array(answered, float).reshape(-1, 2).T
    found, mirrored = change(earlier, later), change(10 - earlier, 10 - later)
    assert found.toward + found.away + found.across == found.changed <= found.n
    assert (found.toward, found.away, found.across) == (mirrored.toward, mirrored.away, mirrored.across)
    if found.n:
        assert found.pairs.mean == -mirrored.pairs.mean
        assert found.pairs.iqr == mirrored.pairs.iqr
