"""Average percent of majority opinions."""

from fractions import Fraction

import pytest

from delphi.scoring.apmo import Opinions, apmo
from delphi.scoring.exact import NO_RATINGS


def test_known_answer():
    # Majorities: 8 agree, 7 disagree, none; 15 of 30 opinions.
    assert apmo([Opinions(8, 1, 10), Opinions(1, 7, 10), Opinions(4, 4, 10)]) == 50


def test_exactly_half_is_no_majority():
    assert apmo([Opinions(5, 5, 10), Opinions(6, 4, 10)]) == 30


def test_neutral_answers_stay_in_the_denominator():
    assert apmo([Opinions(6, 0, 10)]) == 60


def test_unequal_numbers_of_opinions_are_pooled_not_averaged():
    assert apmo([Opinions(3, 0, 3), Opinions(0, 0, 6)]) == Fraction(100, 3)


def test_no_opinions():
    assert apmo([]) == apmo([Opinions(0, 0, 0)]) == NO_RATINGS


@pytest.mark.parametrize("impossible", [Opinions(6, 5, 10), Opinions(-1, 5, 10)])
def test_more_opinions_than_there_are(impossible):
    with pytest.raises(ValueError, match="disagree among 10"):
        apmo([Opinions(6, 0, 10), impossible])
