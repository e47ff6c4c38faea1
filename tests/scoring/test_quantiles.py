"""Quantiles by definition."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.quantiles import QUARTILE_DEFINITIONS, quantile

NUMPY_NAMES = {6: "weibull", 7: "linear", 8: "median_unbiased"}

samples = st.lists(st.integers(1, 11), min_size=1, max_size=40)
shares = st.fractions(0, 1, max_denominator=20)


@pytest.mark.parametrize(
    ("definition", "q1", "q3"),
    # Ten ratings by hand: places 2.75 and 8.25; 3.25 and 7.75; 2.9167 and 8.0833.
    [(6, "3.75", "9.25"), (7, "4.25", "8.75"), (8, Fraction(47, 12), Fraction(109, 12))],
)
def test_known_answers(definition, q1, q3):
    values = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert quantile(values, Fraction(1, 4), definition) == Fraction(q1)
    assert quantile(values, Fraction(3, 4), definition) == Fraction(q3)


@given(samples, shares, st.sampled_from(QUARTILE_DEFINITIONS))
def test_equals_numpy(values, p, definition):
    found = quantile(values, p, definition)
    assert float(found) == pytest.approx(np.quantile(values, float(p), method=NUMPY_NAMES[definition]))


@given(samples)
def test_the_median_is_the_same_in_every_definition(values):
    assert {quantile(values, Fraction(1, 2), d) for d in QUARTILE_DEFINITIONS} == {
        Fraction(np.median(values))
    }


@pytest.mark.parametrize("definition", QUARTILE_DEFINITIONS)
def test_one_value_is_every_quantile(definition):
    assert {quantile([4], Fraction(k, 10), definition) for k in range(11)} == {4}


def test_no_values_have_no_quantile():
    assert quantile([], Fraction(1, 2)) == NO_RATINGS


def test_unknown_definitions_and_shares_are_refused():
    with pytest.raises(ValueError, match="definition 5"):
        quantile([1, 2], Fraction(1, 2), 5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1, 2], Fraction(3, 2))
