"""Items that divide a group, or panels."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, strategies as st

from delphi.scoring.exact import NO_RATINGS, ONE_GROUP, ONE_RATING
from delphi.scoring.polarisation import (
    Camps,
    camps,
    find_divisions,
    opposition,
    ordinal_distance,
    polarity,
    total_variation,
)
from delphi.scoring.scales import Scale

NINE = Scale.default(9)
histogram = st.lists(st.integers(0, 9), min_size=9, max_size=9)


def test_polarity_from_one_point_to_both_ends():
    assert polarity([0, 5, 0]) == 0
    assert polarity([4, 0, 4]) == 1
    assert polarity([1] * 9) == Fraction(20, 27)
    assert polarity([0, 0]) == NO_RATINGS
    for wrong in ([3], [4, -1]):
        with pytest.raises(ValueError, match="two points"):
            polarity(wrong)


@pytest.mark.parametrize("distance", [total_variation, ordinal_distance])
@pytest.mark.parametrize("other", [[1, 2], [1, 2, -1]])
def test_histograms_of_two_scales_are_not_compared(distance, other):
    with pytest.raises(ValueError, match="one scale"):
        distance([1, 2, 3], other)


@given(histogram)
def test_polarity_has_its_range_and_mirrors(counts):
    if not any(counts):
        return
    assert 0 <= polarity(counts) <= 1
    assert polarity(counts) == polarity(counts[::-1]) == polarity([3 * count for count in counts])
    shares = np.cumsum(counts)[:-1] / sum(counts)
    blair_lacy = ((shares - 0.5) ** 2).sum() / 2
    assert float(polarity(counts)) == pytest.approx(1 - blair_lacy)


@given(histogram, histogram)
def test_distances_are_distances(one, other):
    moved, far = total_variation(one, other), ordinal_distance(one, other)
    if not any(one) or not any(other):
        assert moved == far == ONE_GROUP
        return
    assert 0 <= far <= moved <= 1
    assert far == ordinal_distance(other[::-1], one[::-1])
    points = np.arange(1, 10)
    assert float(far) == pytest.approx(scipy.stats.wasserstein_distance(points, points, one, other) / 8)


def test_two_camps():
    split = camps([3, 2, 1, 1, 0, 0, 1, 2, 4], NINE)
    assert (split.n, split.low, split.middle, split.high, split.two_camps) == (14, 6, 1, 7, True)
    assert not camps([0, 0, 0, 0, 0, 0, 2, 3, 5], NINE).two_camps
    assert not camps([2, 2, 2, 2, 2, 2, 2, 2, 2], NINE).two_camps  # spread evenly
    assert not camps([1, 0, 0, 0, 0, 0, 0, 0, 9], NINE).two_camps  # one rater is no camp
    assert not camps([0, 0, 5, 0, 4, 0, 5, 0, 0], NINE).two_camps  # close to the middle
    assert camps([5, 0, 0, 5], Scale.default(4)).two_camps  # no middle band


def test_a_camp_of_exactly_the_share_is_one():
    assert camps([2, 0, 0, 0, 0, 0, 0, 0, 6], NINE).two_camps is True
    assert camps([2, 0, 0, 0, 0, 0, 0, 0, 7], NINE).two_camps is False


def test_too_few_to_be_split():
    assert camps([0] * 9, NINE) == NO_RATINGS
    assert camps([1] + [0] * 8, NINE) == ONE_RATING


def test_panels_with_majorities_in_opposite_bands():
    low, high = [6, 2, 0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 5, 5]
    found = opposition(low, high, NINE)
    assert (found.n_first, found.n_second, found.opposite, found.apart) == (9, 11, True, True)
    assert not opposition(high, high, NINE).opposite
    assert opposition(low, [0] * 9, NINE) == ONE_GROUP


def test_the_divisions_of_a_study_strongest_first():
    west, east = np.arange(12) < 6, np.arange(12) >= 6
    apart = [9, 9, 8, 8, 9, 7, 1, 2, 1, 1, 2, 3]
    within = [1, 1, 1, 9, 9, 9, 8, 8, 8, 7, 7, 8]
    agreed = [8, 8, 9, 7, 8, 9, 9, 8, 8, 7, 8, 9]
    ratings = np.array([agreed, within, apart], float).T
    found = find_divisions(ratings, ["agreed", "within", "apart"], {"W": west, "E": east}, NINE)
    assert {(one.item, one.panels) for one in found} == {
        ("within", ("W",)),
        ("within", ()),  # three of twelve, exactly a quarter
        ("within", ("W", "E")),
        ("apart", ()),
        ("apart", ("W", "E")),
    }
    assert (found[0].item, found[0].panels, found[0].strength) == ("within", ("W",), 1)
    assert isinstance(found[0].finding, Camps)
    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)


def test_small_groups_and_silent_ones_are_passed_over():
    ratings = np.array([[1, 9, 1, 9, np.nan]]).T
    assert find_divisions(ratings, ["A"], {"W": np.ones(5, bool)}, NINE) == []
    assert len(find_divisions(ratings, ["A"], {"W": np.ones(5, bool)}, NINE, smallest=4)) == 2
    assert find_divisions(np.full((5, 1), np.nan), ["A"], {}, NINE) == []
    with pytest.raises(ValueError, match="raters x items"):
        find_divisions(ratings, ["A", "B"], {}, NINE)
