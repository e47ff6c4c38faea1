"""The summary of one vector of ratings."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.proportions import wilson_interval
from delphi.scoring.ratings import summarise
from delphi.scoring.scales import Bands, Scale
from delphi.scoring.summaries import summarise_counts
from tests.scoring.building import NO_ANSWER

NINE = Scale.default(9)

ratings = st.lists(st.integers(1, 9), max_size=30)


def of(values, **options):
    return summarise(np.array(values, float), NINE, **options)


def test_known_answers():
    summary = of([1, 5, 7, 7, 8, 9, NO_ANSWER], unable=2)
    assert (summary.n, summary.unable) == (6, 2)
    assert summary.counts == (1, 0, 0, 0, 1, 0, 2, 1, 1)
    assert (summary.count_low, summary.count_middle, summary.count_high) == (1, 1, 4)
    assert summary.percent_high == Fraction(200, 3)
    assert summary.percent_low == summary.percent_middle == Fraction(50, 3)
    assert (summary.median, summary.modes) == (7, (7,))
    assert (summary.q1, summary.q3, summary.iqr) == (Fraction("5.5"), Fraction("7.75"), Fraction("2.25"))


def test_unable_to_rate_and_no_answer_stay_out_of_the_denominator():
    assert of([8, 8, NO_ANSWER, NO_ANSWER], unable=1).percent_high == 100


def test_nobody_answered():
    summary = of([NO_ANSWER] * 3, unable=3)
    assert (summary.n, summary.unable, summary.modes) == (0, 3, ())
    undefined = (summary.percent_high, summary.interval_high, summary.median, summary.q1, summary.iqr)
    assert set(undefined) == {NO_RATINGS}


def test_one_rater():
    summary = of([6])
    assert (summary.n, summary.median, summary.iqr, summary.modes) == (1, 6, 0, (6,))
    assert summary.percent_middle == 100


def test_everyone_the_same():
    summary = of([9] * 12)
    assert (summary.median, summary.iqr, summary.percent_high) == (9, 0, 100)
    assert summary.interval_high[1] == 100


@pytest.mark.parametrize(("values", "median"), [([3, 3, 4, 4], "3.5"), ([5, 6, 7, 8], "6.5"), ([1, 9], "5")])
def test_an_even_number_of_raters_can_have_its_median_between_points(values, median):
    assert of(values).median == Fraction(median)


def test_all_modes_are_reported():
    assert of([2, 2, 5, 9, 9]).modes == (2, 9)


def test_the_quartile_definition_is_used_and_named():
    values = [3, 5, 6, 6, 7, 7, 8, 8, 9]
    assert [(s.quartiles, s.iqr) for s in (of(values, quartiles=q) for q in (6, 7, 8))] == [
        (6, Fraction("2.5")),
        (7, 2),
        (8, Fraction(7, 3)),
    ]


def test_a_scale_without_middle_band():
    summary = summarise(np.array([1.0, 2, 3, 4]), Scale.default(4))
    assert (summary.count_low, summary.count_middle, summary.count_high) == (2, 0, 2)


def test_own_bands_are_used():
    summary = summarise(np.array([6.0, 7, 8, 9]), Scale(9, Bands((1, 2), (3, 7), (8, 9))))
    assert (summary.count_low, summary.count_middle, summary.count_high) == (0, 2, 2)


@pytest.mark.parametrize("wrong", [0, 10, 4.5, -1, float("inf")])
def test_a_rating_off_the_scale_is_refused(wrong):
    with pytest.raises(ValueError, match="scale of 1 to 9"):
        of([5, wrong])


def test_counts_for_another_scale_are_refused():
    with pytest.raises(ValueError, match="5 counts"):
        summarise_counts([1, 2, 3, 4, 5], NINE)


@pytest.mark.parametrize(
    ("count", "n", "interval"),
    # Newcombe (1998), Table I, Wilson score column.
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_interval_as_printed(count, n, interval):
    assert wilson_interval(count, n) == pytest.approx(interval, abs=5e-5)


def test_wilson_interval_ends_exactly_at_the_ends():
    assert wilson_interval(0, 7)[0] == 0
    assert wilson_interval(7, 7)[1] == 1
    assert wilson_interval(0, 0) == NO_RATINGS
    with pytest.raises(ValueError, match="a count of 8 is not between 0 and 7"):
        wilson_interval(8, 7)


@given(ratings, st.randoms(use_true_random=False))
def test_the_order_of_raters_does_not_matter(values, random):
    assert of(random.sample(values, len(values))) == of(values)


@given(ratings.filter(bool), st.integers(7, 9))
def test_another_rater_in_the_high_band_never_lowers_percent_high(values, point):
    assert of([*values, point]).percent_high >= of(values).percent_high


@given(ratings.filter(bool))
def test_the_interval_holds_the_percentage(values):
    summary = of(values)
    low, high = summary.interval_high
    assert 0 <= low <= float(summary.percent_high) + 1e-9
    assert float(summary.percent_high) - 1e-9 <= high <= 100


@given(ratings, st.integers(0, 5), st.sampled_from([6, 7, 8]))
def test_the_stored_form_is_enough_to_compute_everything_again(values, unable, quartiles):
    stored = of(values, unable=unable, quartiles=quartiles).to_dict()
    again = summarise_counts(stored["counts"], NINE, unable=stored["unable"], quartiles=stored["quartiles"])
    assert again.to_dict() == stored
