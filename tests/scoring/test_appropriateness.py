"""RAND/UCLA: thresholds, appropriateness in its conventions, and the p-value method."""

import pytest
from hypothesis import given, strategies as st

from delphi.scoring.appropriateness import (
    appropriateness,
    disagreement,
    p_value_agreement,
    p_value_disagreement,
    panel_thresholds,
)
from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.rand_ucla import rand_agreement

nine = st.lists(st.integers(0, 6), min_size=9, max_size=9).filter(any)
METHODS = ("classic", "third", "ipras", "p_value")
MIRROR = {"appropriate": "inappropriate", "inappropriate": "appropriate", "uncertain": "uncertain"}


def counts(*ratings):
    return tuple(ratings.count(point) for point in range(1, 10))


def test_the_table():
    rows = panel_thresholds((7, 8, 10, 11, 16, 17))
    assert [(row.n, row.most_outside, row.least_each_extreme, row.printed) for row in rows] == [
        (7, 1, 2, False), (8, 2, 3, True), (10, 2, 3, True), (11, 3, 4, True), (16, 4, 5, True), (17, 5, 6, False)
    ]  # fmt: skip
    third = panel_thresholds((10, 13), "third")
    assert [(row.least_each_extreme, row.printed) for row in third] == [(4, False), (5, False)]


def test_agreement_by_a_third_allows_one_more_of_ten():
    ratings = counts(*[8] * 7, 1, 2, 5)
    assert rand_agreement(ratings) is False
    assert rand_agreement(ratings, "third") is True


@pytest.mark.parametrize(
    ("ratings", "up", "strict"),
    [
        ((6, 6, 7, 7), "appropriate", "uncertain"),  # 6.5
        ((6, 7, 7), "appropriate", "appropriate"),
        ((6, 6, 7), "uncertain", "uncertain"),
        ((3, 3, 4, 4), "uncertain", "uncertain"),  # 3.5
        ((3, 3, 4), "inappropriate", "inappropriate"),
        ((5, 5, 5), "uncertain", "uncertain"),
    ],
)
def test_half_points(ratings, up, strict):
    assert appropriateness(counts(*ratings), "up") == up
    assert appropriateness(counts(*ratings), "strict") == strict


def test_disagreement_makes_uncertain():
    ratings = counts(1, 1, 2, 7, 8, 8, 9, 9, 9)
    assert disagreement(ratings) is True
    assert appropriateness(ratings) == "uncertain"


def test_methods_of_disagreement_differ():
    ratings = counts(1, 1, 1, 5, 5, 5, 7, 7, 9, 9)
    assert [disagreement(ratings, method) for method in METHODS] == [True, False, True, True]


@given(nine, st.sampled_from(METHODS))
def test_reversing_the_scale_mirrors_appropriateness(ratings, method):
    assert disagreement(ratings[::-1], method) is disagreement(ratings, method)
    assert (
        appropriateness(ratings[::-1], "strict", method) == MIRROR[appropriateness(ratings, "strict", method)]
    )


def test_p_value_agreement_of_nine():
    # P(Bin(9, .8) <= 7) = .564, <= 6: .262: six inside are too few.
    assert p_value_agreement(counts(7, 7, 7, 8, 8, 9, 9, 4, 5)) is True
    assert p_value_agreement(counts(7, 7, 7, 8, 8, 9, 4, 4, 5)) is False


def test_p_value_disagreement_of_nine():
    # P(Bin(9, .9) <= 7) = .225, <= 6: .053; the wide region that holds more counts.
    assert p_value_disagreement(counts(1, 2, 5, 5, 5, 7, 8, 8, 9)) is False
    assert p_value_disagreement(counts(1, 2, 3, 5, 5, 7, 8, 8, 9)) is True
    assert p_value_disagreement(counts(1, 2, 3, 3, 5, 5, 5, 5, 9)) is False


def test_nobody_and_the_wrong_scale():
    nobody = (0,) * 9
    for question in (rand_agreement, disagreement, appropriateness, p_value_agreement, p_value_disagreement):
        assert question(nobody) == NO_RATINGS
        with pytest.raises(ValueError, match="nine points"):
            question((1, 2, 3))
    assert disagreement(nobody, "ipras") == NO_RATINGS
