"""Intraclass correlations: ranges, invariances, gaps and the edges."""

from dataclasses import fields
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from delphi.scoring.exact import REASONS, Undefined
from delphi.scoring.icc import icc

NAN = np.nan
FORMS = ("icc1_1", "icc2_1", "icc3_1", "icc1_k", "icc2_k", "icc3_k")
SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 6))
RATINGS = arrays(np.float64, SHAPES, elements=st.sampled_from([NAN, *range(1, 10)]))
COMPLETE = arrays(np.float64, SHAPES, elements=st.integers(1, 9).map(float))


def numbers(form):
    return [(field.name, getattr(form, field.name)) for field in fields(form)]


@settings(max_examples=200, deadline=None)
@given(RATINGS, st.sampled_from([None, "raters", "items"]))
def test_numbers_are_finite_and_in_range_or_say_why(ratings, drop):
    found = icc(ratings, drop=drop)
    if isinstance(found, Undefined):
        assert found.reason in REASONS
        return
    for name in FORMS:
        form = getattr(found, name)
        if isinstance(form, Undefined):
            assert form.reason in REASONS
            continue
        assert form.value <= 1 + 1e-12
        assert 0 <= form.p_value <= 1
        for _, number in numbers(form):
            assert isinstance(number, Undefined) or np.isfinite(number)
        if not isinstance(form.low, Undefined) and not isinstance(form.high, Undefined):
            assert form.low <= form.high + 1e-12
    k = found.mean_squares.raters
    assert found.icc1_1.value >= -1 / (k - 1) - 1e-12


@settings(max_examples=100, deadline=None)
@given(COMPLETE, st.randoms(use_true_random=False))
def test_order_origin_unit_and_direction_do_not_matter(ratings, random):
    rows = random.sample(range(ratings.shape[0]), ratings.shape[0])
    columns = random.sample(range(ratings.shape[1]), ratings.shape[1])
    plain = icc(ratings)
    for other in (ratings[rows][:, columns], 10 - ratings, 100 + 2 * ratings):
        found = icc(other)
        if isinstance(plain, Undefined):
            assert found == plain
            continue
        for name in FORMS:
            one, two = getattr(plain, name), getattr(found, name)
            if isinstance(one, Undefined):
                assert one == two
            else:
                assert two.value == pytest.approx(one.value, abs=1e-9)


def test_means_are_spearman_brown_of_one_rater():
    found = icc(np.random.default_rng(1).integers(1, 10, (5, 12)).astype(float))
    for form in "123":
        one, mean = getattr(found, f"icc{form}_1").value, getattr(found, f"icc{form}_k").value
        assert mean == pytest.approx(5 * one / (1 + 4 * one))


def test_negative_estimates_stand():
    found = icc(np.array([[1.0, 5, 3], [5, 1, 3.5]]))
    assert found.icc1_1.value < 0
    assert found.icc3_k.value < found.icc3_1.value < 0


@pytest.mark.parametrize("values", [[1.0, 5, 3], [0.1, 0.7, 1 / 3]])
def test_perfect_agreement(values):
    found = icc(np.tile(values, (4, 1)))
    for name in FORMS:
        form = getattr(found, name)
        assert (form.value, form.low, form.high, form.p_value) == pytest.approx((1, 1, 1, 0)), name
        assert form.f == Undefined("no_error_variance")


def test_raters_who_differ_by_a_constant_agree_only_in_form_3():
    found = icc(np.array([[1.0, 2, 3, 4], [3, 4, 5, 6]]))
    assert found.icc3_1.value == found.icc3_k.value == 1
    assert found.icc2_1.value < 1
    assert found.icc1_1.value < found.icc2_1.value


def test_items_that_do_not_differ():
    found = icc(np.array([[1.0, 1, 1], [3, 3, 3]]))
    assert found.icc1_1.value == -1
    assert found.icc2_1.value == 0
    assert found.icc1_k == found.icc3_1 == found.icc3_k == Undefined("no_denominator")


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1, 2, 3]], "one_rater"),
        ([[1], [2]], "one_item"),
        ([[2, 2], [2, 2]], "no_variance"),
        ([[0.1, 0.1], [0.1, 0.1]], "no_variance"),
        ([[NAN, NAN]], "no_complete_cases"),
    ],
)
def test_undefined(ratings, reason):
    assert icc(np.array(ratings, dtype=float), drop="raters") == Undefined(reason)


def test_gaps_are_dropped_only_when_asked():
    ratings = np.array([[1, 2, 3, NAN], [1, 2, 5, 4], [2, 1, 3, 4]])
    assert icc(ratings) == Undefined("incomplete")
    assert icc(ratings, drop="raters").icc2_1 == icc(ratings[1:]).icc2_1
    assert icc(ratings, drop="items").icc2_1 == icc(ratings[:, :3]).icc2_1
    assert icc(ratings, drop="items").dropped_items == 1


def test_a_higher_level_is_wider():
    ratings = np.random.default_rng(2).integers(1, 10, (4, 9)).astype(float)
    usual, wide = icc(ratings).icc2_k, icc(ratings, level=0.99).icc2_k
    assert wide.low < usual.low < usual.high < wide.high
    with pytest.raises(ValueError, match="level"):
        icc(ratings, level=95)


def test_a_denominator_that_cancels_is_none_in_any_order():
    # BMS + (JMS - EMS) / n is 1/6 + (2/3 - 7/6) / 3 = 0 here, which floats miss by 10^-17 in some orders.
    ratings = np.array([[1.0, 2, 3], [3, 3, 2]])
    for raters, items in product(permutations(range(2)), permutations(range(3))):
        for one in (ratings, 4 - ratings):
            assert icc(one[list(raters)][:, list(items)]).icc2_k == Undefined("no_denominator")
