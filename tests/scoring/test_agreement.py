"""Chance-corrected agreement, alpha and two raters: what holds whatever the ratings, and the edges."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from delphi.scoring.agreement import (
    WEIGHTINGS,
    Coefficient,
    agreement_weights,
    complete_cases,
    counts_per_point,
)
from delphi.scoring.chance_corrected import (
    brennan_prediger,
    chance_corrected,
    chance_corrected_from_counts,
    conger_kappa,
    expected_agreement,
    fleiss_by_point,
    fleiss_kappa,
    fleiss_test,
    gwet_ac,
    percent_agreement,
)
from delphi.scoring.exact import REASONS, Undefined
from delphi.scoring.krippendorff import MEASUREMENTS, alpha_from_counts, coincidences, krippendorff_alpha
from delphi.scoring.two_raters import cohen_kappa, cohen_test, table_of, two_raters

POINTS = range(1, 6)
COEFFICIENTS = ("percent_agreement", "fleiss", "conger", "gwet", "brennan_prediger", "krippendorff")
NAN = np.nan


@st.composite
def matrices(draw):
    shape = draw(st.integers(0, 5)), draw(st.integers(0, 6))
    return draw(arrays(np.float64, shape, elements=st.sampled_from([NAN, *POINTS])))


def same(one, other):
    if isinstance(one, Undefined) or isinstance(other, Undefined):
        return one == other
    return all(
        same_number(getattr(one, name), getattr(other, name))
        for name in ("value", "se", "low", "high", "items")
    )


def same_number(one, other):
    if isinstance(one, Undefined) or isinstance(other, Undefined):
        return one == other
    return one == pytest.approx(other, abs=1e-7)


def value(found):
    assert isinstance(found, Coefficient)
    return found.value


@settings(max_examples=150, deadline=None)
@given(matrices(), st.sampled_from(WEIGHTINGS))
def test_family_is_a_number_up_to_one_or_says_why(ratings, weighting):
    family = chance_corrected(ratings, POINTS, weighting)
    for name in COEFFICIENTS:
        found = getattr(family, name)
        if isinstance(found, Undefined):
            assert found.reason in REASONS
            continue
        assert found.value <= 1 + 1e-12
        for number in (found.se, found.low, found.high):
            assert isinstance(number, Undefined) == (found.items == 1)
            assert isinstance(number, Undefined) or np.isfinite(number)
        if found.items > 1:
            assert found.se >= 0
            assert found.high <= 1


@settings(max_examples=100, deadline=None)
@given(matrices(), st.sampled_from(WEIGHTINGS), st.randoms(use_true_random=False))
def test_order_of_raters_and_items_and_direction_of_the_scale_do_not_matter(ratings, weighting, random):
    rows = random.sample(range(ratings.shape[0]), ratings.shape[0])
    columns = random.sample(range(ratings.shape[1]), ratings.shape[1])
    plain = chance_corrected(ratings, POINTS, weighting)
    shuffled = chance_corrected(ratings[rows][:, columns], POINTS, weighting)
    reversed_ = chance_corrected(6 - ratings, POINTS, weighting)
    for name in COEFFICIENTS:
        assert same(getattr(plain, name), getattr(shuffled, name)), name
        # only ratios depend on which end of the scale is zero
        assert weighting == "ratio" or same(getattr(plain, name), getattr(reversed_, name)), name
    for measurement in ("nominal", "ordinal", "interval"):
        alpha = krippendorff_alpha(ratings, POINTS, measurement)
        assert same(alpha, krippendorff_alpha(ratings[rows][:, columns], POINTS, measurement))
        assert same(alpha, krippendorff_alpha(6 - ratings, POINTS, measurement))


@settings(max_examples=100, deadline=None)
@given(matrices(), st.permutations(list(POINTS)))
def test_relabelling_points_changes_nothing_unweighted(ratings, names):
    table = np.array([0, *names], dtype=float)
    renamed = np.where(np.isnan(ratings), NAN, table[np.nan_to_num(ratings).astype(int)])
    plain, other = chance_corrected(ratings, POINTS), chance_corrected(renamed, POINTS)
    for name in COEFFICIENTS:
        assert same(getattr(plain, name), getattr(other, name)), name


@settings(max_examples=60, deadline=None)
@given(matrices())
def test_nobody_and_nothing_added_changes_nothing(ratings):
    raters, items = ratings.shape
    more = np.full((raters + 1, items + 1), NAN)
    more[:raters, :items] = ratings
    plain, other = chance_corrected(ratings, POINTS), chance_corrected(more, POINTS)
    for name in COEFFICIENTS:
        assert same(getattr(plain, name), getattr(other, name)), name


@settings(max_examples=60, deadline=None)
@given(matrices(), st.sampled_from(MEASUREMENTS))
def test_alpha_does_not_mind_unused_points_and_single_ratings(ratings, measurement):
    paired = ratings[:, (~np.isnan(ratings)).sum(axis=0) >= 2]
    plain = krippendorff_alpha(ratings, POINTS, measurement)
    assert same(plain, krippendorff_alpha(ratings, range(10), measurement))
    assert same(plain, krippendorff_alpha(paired, POINTS, measurement))


@settings(max_examples=60, deadline=None)
@given(matrices())
def test_alpha_of_ratios_is_that_of_ratio_weights(ratings):
    assert same(
        chance_corrected(ratings, POINTS, "ratio").krippendorff, krippendorff_alpha(ratings, POINTS, "ratio")
    )


def test_alpha_is_one_minus_the_ratio_of_disagreements():
    random = np.random.default_rng(3)
    ratings = random.integers(1, 6, (4, 12)).astype(float)
    ratings[random.random(ratings.shape) < 0.2] = NAN
    columns = [column[~np.isnan(column)] for column in ratings.T]
    columns = [column for column in columns if len(column) >= 2]
    everything = np.concatenate(columns)
    observed = sum(((column[:, None] - column) ** 2).sum() / (len(column) - 1) for column in columns) / len(
        everything
    )
    expected = ((everything[:, None] - everything) ** 2).sum() / (len(everything) * (len(everything) - 1))
    assert value(krippendorff_alpha(ratings, POINTS, "interval")) == pytest.approx(1 - observed / expected)


def test_coincidences_are_printed_by_krippendorff():
    # Krippendorff (2011), example C: 7 pairs 1-1, 4/3 + ... ; n = 40
    ratings = np.array(
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
            [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
        ]
    )
    together = coincidences(counts_per_point(ratings, POINTS))
    assert together.sum() == pytest.approx(40)
    assert together.sum(axis=1) == pytest.approx([9, 13, 10, 5, 3])
    assert np.diag(together) == pytest.approx([7, 10, 8, 4, 3])


def test_agreement_rests_on_the_declared_scale():
    # all raters within two of nine points: AC1 and Brennan-Prediger must know the other seven
    ratings = np.array([[1, 1, 2, 1, 2], [1, 2, 2, 1, 1]], dtype=float)
    two, nine = chance_corrected(ratings, range(1, 3)), chance_corrected(ratings, range(1, 10))
    assert value(nine.gwet) > value(two.gwet)
    assert value(nine.brennan_prediger) > value(two.brennan_prediger)
    for weighting in WEIGHTINGS:
        two, nine = (chance_corrected(ratings, range(1, last), weighting) for last in (3, 10))
        for name in ("fleiss", "conger", "krippendorff"):
            assert same(getattr(nine, name), getattr(two, name)), (weighting, name)


def test_perfect_agreement_is_one():
    ratings = np.tile([1.0, 5, 3, 3], (4, 1))
    for weighting in WEIGHTINGS:
        family = chance_corrected(ratings, POINTS, weighting)
        for name in COEFFICIENTS:
            found = getattr(family, name)
            assert (found.value, found.se, found.high) == pytest.approx((1, 0, 1), abs=1e-12), (
                weighting,
                name,
            )


def test_every_rating_the_same():
    family = chance_corrected(np.full((3, 4), 2.0), POINTS)
    assert {family.fleiss, family.conger, family.krippendorff} == {Undefined("no_variance")}
    assert value(family.gwet) == value(family.brennan_prediger) == value(family.percent_agreement) == 1


@pytest.mark.parametrize(
    "ratings",
    [
        np.full((3, 4), NAN),
        np.array([[1.0, 2, 3]]),
        np.array([[1, NAN], [NAN, 2]]),
        np.empty((0, 0)),
        np.empty((3, 0)),
    ],
)
def test_without_a_pair_nothing_is_defined(ratings):
    family = chance_corrected(ratings, POINTS)
    assert {getattr(family, name) for name in COEFFICIENTS} == {Undefined("no_pairs")}
    assert fleiss_test(counts_per_point(ratings, POINTS), POINTS) == Undefined("no_pairs")


def test_one_item_has_a_value_but_no_error():
    family = chance_corrected(np.array([[1.0], [1], [2]]), POINTS)
    for name in ("fleiss", "gwet", "brennan_prediger", "percent_agreement", "krippendorff"):
        found = getattr(family, name)
        assert found.se == found.low == found.high == Undefined("one_item"), name
    assert value(family.percent_agreement) == pytest.approx(1 / 3)


def test_single_functions_are_the_family():
    ratings = np.array([[1, 2, 3, 4, NAN], [1, 2, 4, 4, 5], [2, 2, 3, NAN, 5]])
    counts = counts_per_point(ratings, POINTS)
    family = chance_corrected(ratings, POINTS, "linear")
    assert percent_agreement(counts, POINTS, "linear") == family.percent_agreement
    assert fleiss_kappa(counts, POINTS, "linear") == family.fleiss
    assert gwet_ac(counts, POINTS, "linear") == family.gwet
    assert brennan_prediger(counts, POINTS, "linear") == family.brennan_prediger
    assert conger_kappa(ratings, POINTS, "linear") == family.conger
    of_counts = chance_corrected_from_counts(counts, POINTS, "linear")
    assert of_counts.gwet == family.gwet
    assert of_counts.conger == Undefined("raters_unknown")
    nominal = chance_corrected(ratings, POINTS).krippendorff
    assert same(nominal, alpha_from_counts(counts, POINTS, "nominal"))


def test_fleiss_test_needs_as_many_raters_for_every_item():
    assert fleiss_test(np.array([[2, 0], [1, 2]]), range(2)) == Undefined("unequal_raters")
    assert fleiss_test(np.array([[2, 0], [2, 0]]), range(2)) == Undefined("no_variance")
    alone = fleiss_test(np.array([[2, 0], [1, 1], [0, 0]]), range(2))
    assert alone.kappa == value(fleiss_kappa(np.array([[2, 0], [1, 1]]), range(2)))
    assert 0 < alone.p_value <= 1


def test_a_point_has_a_kappa_where_somebody_but_not_everybody_used_it():
    counts = np.array([[2, 1, 0], [0, 3, 0], [3, 0, 0]])
    first, second, third = fleiss_by_point(counts, range(3))
    # 1 - (2 x 1) / (3 x 3 x 2 x 5/9 x 4/9), se 1/3
    assert (first.kappa, first.z) == (pytest.approx(0.55), pytest.approx(1.65))
    assert second == first
    assert third == Undefined("no_variance")
    assert fleiss_by_point(np.array([[2, 0], [1, 2]]), range(2)) == (Undefined("unequal_raters"),) * 2


def test_cohen_against_nothing():
    # by hand: pa = 0.8, pe = 0.5, kappa = 0.6; with even margins se = 1 / sqrt(n)
    found = cohen_test([[8, 2], [2, 8]], range(2))
    assert (found.n, found.kappa, found.se) == (20, pytest.approx(0.6), pytest.approx(20**-0.5))
    assert (found.z, found.p_value) == (pytest.approx(2.68328157), pytest.approx(0.00729036))
    assert cohen_test([[3, 4], [0, 0]], range(2)) == Undefined("no_denominator")
    assert cohen_test([[3, 0], [0, 0]], range(2)) == Undefined("no_variance")
    assert cohen_test([[0, 0], [0, 0]], range(2)) == Undefined("no_pairs")


def test_weights():
    assert agreement_weights("linear", [1, 2, 5])[0] == pytest.approx([1, 0.75, 0])
    assert agreement_weights("quadratic", [1, 2, 5])[0] == pytest.approx([1, 15 / 16, 0])
    assert agreement_weights("ordinal", [1, 2, 5])[0] == pytest.approx([1, 2 / 3, 0])
    assert agreement_weights("radical", [1, 2, 5])[0] == pytest.approx([1, 0.5, 0])
    assert agreement_weights("ratio", [1, 2, 5])[0] == pytest.approx([1, 0.75, 0])
    assert agreement_weights("ratio", [0, 2, 5])[1] == pytest.approx([0, 1, 1 - 9 / 49])
    assert agreement_weights("unweighted", [1, 2, 5])[0] == pytest.approx([1, 0, 0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: counts_per_point(np.array([[6.0]]), POINTS), "not a point of the scale"),
        (lambda: counts_per_point(np.array([[1.5]]), POINTS), "not a point of the scale"),
        (lambda: counts_per_point(np.array([[np.inf]]), POINTS), "infinite"),
        (lambda: counts_per_point(np.array([1.0]), POINTS), "raters x items"),
        (lambda: counts_per_point(np.array([[1.0]]), [1]), "two or more"),
        (lambda: counts_per_point(np.array([[1.0]]), [2, 1]), "two or more"),
        (lambda: fleiss_kappa(np.array([[1, 2]]), POINTS), "a column for every point"),
        (lambda: fleiss_kappa(np.array([[1, -2]]), range(2)), "whole numbers"),
        (lambda: fleiss_kappa(np.array([[1, 0.5]]), range(2)), "whole numbers"),
        (lambda: fleiss_kappa(np.array([[1, np.nan]]), range(2)), "whole numbers"),
        (lambda: fleiss_kappa(np.array([[1, np.inf]]), range(2)), "whole numbers"),
        (lambda: agreement_weights("cubic", POINTS), "cubic"),
        (lambda: agreement_weights("ratio", range(-1, 4)), "0 or more"),
        (lambda: expected_agreement("scott", np.ones(2) / 2, np.eye(2)), "scott"),
        (lambda: krippendorff_alpha(np.array([[1.0, 2], [1, 3]]), POINTS, "polar"), "polar"),
        (lambda: krippendorff_alpha(np.array([[1.0, 2], [1, 3]]), range(-1, 4), "ratio"), "0 or more"),
        (lambda: krippendorff_alpha(np.array([[1.0, 2], [1, 3]]), POINTS, level=1), "level"),
        (lambda: two_raters(np.zeros((3, 2)), range(2)), "square"),
        (lambda: table_of(np.array([1.0]), np.array([1.0, 2]), POINTS), "two vectors"),
        (lambda: table_of(np.array([1.0]), np.array([6.0]), POINTS), "not a point"),
        (lambda: complete_cases(np.array([[NAN]]), "both"), "both"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_complete_cases_drop_what_was_asked_and_nothing_else():
    ratings = np.array([[1, 2, NAN], [3, 4, NAN], [5, NAN, NAN], [NAN, NAN, NAN]])
    assert complete_cases(ratings, None) == Undefined("incomplete")
    by_rater, by_item = complete_cases(ratings, "raters"), complete_cases(ratings, "items")
    assert by_rater.ratings.tolist() == [[1, 2], [3, 4]]
    assert (by_rater.dropped_raters, by_rater.dropped_items) == (2, 1)
    assert by_item.ratings.tolist() == [[1], [3], [5]]
    assert (by_item.dropped_raters, by_item.dropped_items) == (1, 2)
    assert complete_cases(np.full((2, 2), NAN), "items") == Undefined("no_complete_cases")
    assert complete_cases(np.array([[1, NAN], [NAN, 2]]), "raters") == Undefined("no_complete_cases")


# Two raters.

TABLES = arrays(np.float64, (4, 4), elements=st.integers(0, 6).map(float))
PAIR = ("percent_agreement", "cohen", "scott", "gwet", "brennan_prediger", "krippendorff")


@settings(max_examples=100, deadline=None)
@given(TABLES, st.sampled_from(WEIGHTINGS))
def test_two_raters_may_change_places_and_the_scale_its_direction(table, weighting):
    plain = two_raters(table, range(4), weighting)
    for other in (table.T, table[::-1, ::-1])[: 1 if weighting == "ratio" else 2]:
        turned = two_raters(other, range(4), weighting)
        for name in PAIR:
            assert same(getattr(plain, name), getattr(turned, name)), name
    for name in PAIR:
        found = getattr(plain, name)
        assert isinstance(found, Undefined) or found.value <= 1 + 1e-12


@settings(max_examples=60, deadline=None)
@given(TABLES, st.sampled_from(WEIGHTINGS))
def test_two_raters_agree_with_the_many(table, weighting):
    cells = [cell for cell, times in np.ndenumerate(table) for _ in range(int(times))]
    ratings = np.array(cells, dtype=float).reshape(-1, 2).T
    pair, family = two_raters(table, range(4), weighting), chance_corrected(ratings, range(4), weighting)
    names = {"cohen": "conger", "scott": "fleiss"}
    for name in PAIR:
        one, other = getattr(pair, name), getattr(family, names.get(name, name))
        if isinstance(one, Undefined):
            assert one == other
        else:
            assert one.value == pytest.approx(other.value, abs=1e-9), name


def test_two_raters_at_the_edges():
    empty = two_raters(np.zeros((3, 3)), range(3))
    assert empty.n == 0
    assert {getattr(empty, name) for name in PAIR} == {Undefined("no_pairs")}
    one_point = two_raters(np.diag([0, 7, 0]), range(3))
    assert one_point.cohen == one_point.scott == one_point.krippendorff == Undefined("no_variance")
    assert value(one_point.gwet) == value(one_point.percent_agreement) == 1
    single = cohen_kappa(np.array([[0, 1], [0, 0]]), range(2))
    assert (single.value, single.se) == (0, Undefined("one_item"))


def test_cohen_needs_the_whole_scale():
    first, second = np.array([1, 1, 9, 9, NAN, 5.0]), np.array([1, 9, 9, 9, 5, NAN])
    table = table_of(first, second, range(1, 10))
    assert (table.sum(), table[0, 8], table[8, 8]) == (4, 1, 2)
    uneven = np.array([1.0, 2, 9, 2]), np.array([2.0, 2, 9, 1])
    full = cohen_kappa(table_of(*uneven, range(1, 10)), range(1, 10), "ordinal")
    observed = cohen_kappa(table_of(*uneven, [1, 2, 9]), [1, 2, 9], "ordinal")
    assert full.value != pytest.approx(observed.value, abs=0.01)
