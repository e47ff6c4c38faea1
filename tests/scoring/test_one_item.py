"""Properties of one item's statistics, and their edges: nobody, one rater, no variance, unused points."""

from dataclasses import fields, is_dataclass
from fractions import Fraction
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from delphi.scoring import bimodality, dispersion, shape, within_group
from delphi.scoring.exact import (
    MEAN_NOT_POSITIVE,
    NO_RATINGS,
    NO_VARIANCE,
    ONE_RATING,
    REASONS,
    TOO_FEW_POINTS,
    TOO_FEW_RATINGS,
    Undefined,
)
from delphi.scoring.one_item import describe
from delphi.scoring.quantile_definitions import DEFINITIONS, quantile_of_type, tukey_hinges
from delphi.scoring.scales import Scale

counts = st.lists(st.integers(0, 12), min_size=3, max_size=11).filter(any)
ratings = st.lists(st.integers(1, 9), min_size=1, max_size=30)
# A first call imports scipy, and exact fractions take their time.
unhurried = settings(deadline=None)

AGREEMENT = (
    shape.van_der_eijk_agreement,
    shape.tastle_wierman_consensus,
    shape.blair_lacy_l,
    shape.blair_lacy_l_squared,
)
DISAGREEMENT = (
    shape.polarization,
    shape.leik_d,
    shape.kvalseth_cov,
    shape.berry_mielke_iov,
    shape.reardon,
)
OTHERS = (shape.d_squared, shape.entropy)
SPREADS = (
    dispersion.standard_deviation,
    dispersion.quartile_deviation,
    dispersion.median_absolute_deviation,
    dispersion.mean_deviation_from_median,
    dispersion.mean_deviation_from_mean,
)


def leaves(value):
    """Every number, word and reason inside a result."""
    if isinstance(value, Undefined) or not (is_dataclass(value) or isinstance(value, tuple)):
        yield value
        return
    parts = [getattr(value, field.name) for field in fields(value)] if is_dataclass(value) else value
    for part in parts:
        yield from leaves(part)


# --- shape -------------------------------------------------------------------------------------------------


@given(counts)
def test_shape_keeps_its_range(frequencies):
    for measure in (*AGREEMENT[1:], *DISAGREEMENT):
        assert -1e-12 <= measure(frequencies) <= 1 + 1e-12, measure
    assert -1 <= shape.van_der_eijk_agreement(frequencies) <= 1
    assert 0 <= shape.d_squared(frequencies) <= Fraction(len(frequencies) - 1, 4)
    assert 0 <= shape.entropy(frequencies) <= np.log2(len(frequencies)) + 1e-12


@given(counts)
def test_reversing_the_scale_changes_no_shape(frequencies):
    for measure in (*AGREEMENT, *DISAGREEMENT, *OTHERS):
        assert float(measure(frequencies[::-1])) == pytest.approx(float(measure(frequencies)), abs=1e-9), (
            measure
        )


@given(counts, st.integers(2, 5))
def test_a_duplicated_panel_has_the_same_shape(frequencies, times):
    several = [times * count for count in frequencies]
    for measure in (*AGREEMENT, *DISAGREEMENT, *OTHERS):
        if measure is not shape.berry_mielke_iov:  # whose largest value depends on whether n is odd
            assert float(measure(several)) == pytest.approx(float(measure(frequencies)), abs=1e-9), measure


@pytest.mark.parametrize("points", range(3, 12))
def test_one_used_point_is_perfect_agreement_wherever_it_is(points):
    for place in range(points):
        for raters in (1, 7):
            frequencies = [raters if point == place else 0 for point in range(points)]
            assert [measure(frequencies) for measure in AGREEMENT] == [1] * len(AGREEMENT)
            assert [measure(frequencies) for measure in DISAGREEMENT] == [0] * len(DISAGREEMENT)
            assert shape.entropy(frequencies) == 0


@pytest.mark.parametrize("points", range(3, 12))
def test_two_halves_at_the_ends_are_perfect_disagreement(points):
    frequencies = [4] + [0] * (points - 2) + [4]
    assert [float(measure(frequencies)) for measure in AGREEMENT] == [-1, 0, 0, 0]
    assert [float(measure(frequencies)) for measure in DISAGREEMENT] == [1] * len(DISAGREEMENT)


def test_uniform_ratings_have_no_agreement():
    assert shape.van_der_eijk_agreement([3] * 7) == 0
    assert shape.polarization([3] * 7) == Fraction(1, 2)


def test_unused_points_count():
    assert shape.leik_d([5, 5]) == 1
    assert shape.leik_d([5, 5, 0, 0, 0]) == Fraction(1, 4)
    assert shape.van_der_eijk_agreement([5, 5, 0]) < shape.van_der_eijk_agreement([5, 5, 0, 0, 0])


def test_an_odd_panel_reaches_the_largest_ordinal_variation():
    assert shape.berry_mielke_iov([3, 0, 0, 0, 4]) == 1


def test_shapes_without_ratings_or_points():
    for measure in (*AGREEMENT, *DISAGREEMENT, *OTHERS):
        assert measure([0, 0, 0]) == NO_RATINGS
        for wrong in ([1], [1, -1, 3]):
            with pytest.raises(ValueError, match="at least two points"):
                measure(wrong)
    assert shape.van_der_eijk_agreement([1, 2]) == shape.polarization([1, 2]) == TOO_FEW_POINTS
    assert shape.van_der_eijk_agreement([0, 2]) == 1
    assert shape.polarization([1, 0]) == 0


# --- dispersion and quantiles ------------------------------------------------------------------------------


@unhurried
@given(ratings, st.randoms())
def test_the_order_of_raters_changes_nothing(values, random):
    mixed = random.sample(values, len(values))
    for measure in (*SPREADS, bimodality.bimodality_coefficient, bimodality.dip_test):
        assert measure(mixed) == measure(values)


@unhurried
@given(ratings)
def test_reversing_the_scale_changes_no_spread(values):
    reversed_ = [10 - value for value in values]
    for measure in (*SPREADS, bimodality.dip_statistic):
        known = measure(values)
        assert measure(reversed_) == (known if isinstance(known, Undefined) else pytest.approx(known))


@unhurried
@given(ratings)
def test_no_answer_is_left_out(values):
    for measure in (*SPREADS, dispersion.mean, dispersion.coefficient_of_variation, bimodality.dip_test):
        assert measure([float("nan"), *values, float("nan")]) == measure(values)


@given(ratings)
def test_the_median_is_nearest_to_all_ratings(values):
    assert dispersion.mean_deviation_from_median(values) <= dispersion.mean_deviation_from_mean(values)


def test_spreads_at_the_edges():
    assert {measure([]) for measure in SPREADS} == {NO_RATINGS}
    assert dispersion.standard_deviation([5]) == dispersion.coefficient_of_variation([5]) == ONE_RATING
    assert [measure([5, 5, 5]) for measure in SPREADS] == [0] * len(SPREADS)
    assert dispersion.median_absolute_deviation([1, 1, 1, 9]) == 0
    assert dispersion.coefficient_of_variation([-1, 1]) == MEAN_NOT_POSITIVE


def test_mad_is_not_multiplied_unless_asked():
    assert dispersion.median_absolute_deviation([1, 2, 4, 6, 9]) == 2
    assert dispersion.median_absolute_deviation([1, 2, 4, 6, 9], Fraction("1.4826")) == Fraction("2.9652")
    assert dispersion.median_absolute_deviation([], Fraction("1.4826")) == NO_RATINGS


def test_decimal_ratings_are_taken_as_written():
    assert dispersion.mean([6.1, 6.3]) == Fraction(62, 10)
    assert within_group.average_deviation([1.2, 3.2], 6).agrees is True  # exactly 1, the cut-off
    with pytest.raises(ValueError, match="finite"):
        dispersion.mean([1, float("inf")])


def test_spread_over_n():
    assert dispersion.variance([1, 2, 6], ddof=0) == Fraction(14, 3)
    assert dispersion.coefficient_of_variation([1, 2, 6], ddof=0) == pytest.approx((14 / 3) ** 0.5 / 3)
    assert dispersion.standard_deviation([5], ddof=0) == 0
    assert dispersion.standard_deviation([], ddof=0) == NO_RATINGS
    with pytest.raises(ValueError, match="ddof"):
        dispersion.variance([1, 2], ddof=2)


def test_the_coefficient_of_variation_depends_on_the_zero():
    from_one, from_zero = [1, 2, 3], [0, 1, 2]
    assert dispersion.coefficient_of_variation(from_one) == 0.5
    assert dispersion.coefficient_of_variation(from_zero) == 1


@given(ratings, st.sampled_from(DEFINITIONS))
def test_quantiles_are_within_the_ratings_and_in_order(values, definition):
    found = [quantile_of_type(values, Fraction(k, 8), definition) for k in range(9)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (min(values), max(values))


def test_quantiles_at_the_edges():
    assert quantile_of_type([], Fraction(1, 2)) == tukey_hinges([]) == NO_RATINGS
    assert tukey_hinges([4]) == (4, 4)
    assert tukey_hinges([1, 2, 3, 4]) == (Fraction(3, 2), Fraction(7, 2))
    assert tukey_hinges([1, 2, 3, 4, 5]) == (2, 4)
    with pytest.raises(ValueError, match="definition 10"):
        quantile_of_type([1], Fraction(1, 2), 10)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile_of_type([1], Fraction(-1, 2))


# --- two peaks ---------------------------------------------------------------------------------------------


@unhurried
@given(ratings)
def test_the_dip_keeps_its_range(values):
    found = bimodality.dip_test(values)
    assert 1 / (2 * found.n) <= found.value <= 0.25 + 1 / (2 * found.n)
    assert 0 <= found.p_value <= 1


def test_two_far_groups_have_a_dip_of_nearly_a_quarter_and_one_group_none():
    assert bimodality.dip_statistic([1, 9] * 20) == 0.25
    assert bimodality.dip_test([1, 1.1, 1.2, 1.3, 8, 8.1, 8.2, 8.3] * 5).p_value < 0.01
    assert bimodality.dip_statistic([5] * 8) == 1 / 16
    assert bimodality.dip_test([5] * 8).p_value == 1


def test_a_larger_dip_is_less_probable():
    for n in (4, 9, 63, 100, 5000, 20000):
        found = [bimodality.dip_p_value(step / 400, n) for step in range(101)]
        assert found == sorted(found, reverse=True)
        assert found[0] == 1
        assert found[-1] < 0.01


def test_peaks_at_the_edges():
    assert bimodality.dip_test([]) == bimodality.bimodality_coefficient([]) == NO_RATINGS
    assert bimodality.bimodality_coefficient([1, 2, 3]) == TOO_FEW_RATINGS
    assert bimodality.skewness([1, 2]) == bimodality.excess_kurtosis([1, 2, 3]) == TOO_FEW_RATINGS
    assert bimodality.skewness([]) == bimodality.excess_kurtosis([]) == NO_RATINGS
    assert bimodality.skewness([4, 4, 4]) == bimodality.excess_kurtosis([4, 4, 4, 4]) == NO_VARIANCE
    assert bimodality.skewness([1, 2, 3]) == 0
    assert bimodality.bimodality_coefficient([4, 4, 4, 4]) == NO_VARIANCE
    assert bimodality.dip_test([1, 2, 3]) == bimodality.Dip(1 / 6, 1.0, 3)


# --- within the group --------------------------------------------------------------------------------------


def test_rwg_at_the_edges():
    null = within_group.uniform_null_variance(5)
    assert within_group.rwg([], null) == NO_RATINGS
    assert within_group.rwg([3], null) == ONE_RATING
    assert within_group.rwg([3, 3, 3], null) == 1
    assert within_group.rwg([1, 5], null) == -3
    assert within_group.rwg([1, 5], null, "truncate") == 0
    with pytest.raises(ValueError, match="not positive"):
        within_group.rwg([1, 5], Fraction(0))
    with pytest.raises(ValueError, match="not negative"):
        within_group.null_variance([0, 0])


def test_rwg_of_several_items():
    null = within_group.uniform_null_variance(5)
    matrix = np.array([[4, 3], [5, 4], [4, 5], [3, 4]], float)
    # Variances 2/3 and 2/3 against 2: q = 1/3, so 2 (2/3) / (2 (2/3) + 1/3) = 4/5.
    assert within_group.rwg_j(matrix, null) == Fraction(4, 5)
    assert within_group.rwg_j(matrix[:, :1], null) == within_group.rwg(matrix[:, 0], null)
    assert within_group.rwg_j(np.array([[1, 1], [5, 5]], float), null) == 0
    assert within_group.rwg_j(matrix[:1], null) == ONE_RATING
    assert within_group.rwg_j(np.empty((4, 0)), null) == NO_RATINGS
    with_gap = np.vstack([matrix, [np.nan, np.nan]])
    assert within_group.rwg_j(with_gap, null) == Fraction(4, 5)


def test_average_deviation_at_its_cutoff():
    # AD 1 on 6 points: the cut-off itself.
    edge = within_group.average_deviation([2, 4], 6)
    assert (edge.value, edge.cutoff, edge.agrees) == (1, 1, True)
    assert within_group.average_deviation([2, 4], 5).agrees is False
    assert within_group.average_deviation([3], 5).value == 0
    assert within_group.average_deviation([], 5) == NO_RATINGS


# --- everything at once ------------------------------------------------------------------------------------


@unhurried
@given(st.lists(st.none() | st.integers(1, 9), max_size=25), st.sampled_from((6, 7, 8)))
def test_a_description_never_holds_a_nan(values, quartiles):
    vector = np.array([np.nan if value is None else value for value in values], float)
    found = describe(vector, Scale.default(9), quartiles=quartiles)
    for leaf in leaves(found):
        assert not (isinstance(leaf, float) and isnan(leaf))
        assert not isinstance(leaf, Undefined) or leaf.reason in REASONS


@pytest.mark.parametrize("points", range(2, 12))
def test_every_scale_can_be_described(points):
    scale = Scale.default(points)
    vector = np.arange(1, points + 1, dtype=float)
    found = describe(vector, scale)
    assert found.summary.n == points
    assert (found.rand is None) is (points != 9)
    assert found.dispersion.mean == Fraction(points + 1, 2)
    assert found.validity.aiken_v.value == Fraction(1, 2)


def test_silence_is_described_as_such():
    found = describe(np.full(4, np.nan), Scale.default(9), unable=3)
    assert found.summary.unable == 3
    assert found.dispersion.mean == found.shape.leik_d == found.rand.appropriateness == NO_RATINGS


def test_a_rating_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="scale of 1 to 5"):
        describe(np.array([1.0, 6.0]), Scale.default(5))
