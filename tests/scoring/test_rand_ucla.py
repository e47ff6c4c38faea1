"""RAND/UCLA agreement and disagreement."""

from fractions import Fraction

import pytest

from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.rand_ucla import ipras, rand_agreement, rand_disagreement, rand_threshold
from delphi.scoring.scales import Scale
from delphi.scoring.summaries import summarise_counts

PRINTED = {**dict.fromkeys((8, 9, 10), 3), **dict.fromkeys((11, 12, 13), 4), **dict.fromkeys((14, 15, 16), 5)}


def counts(*ratings):
    return tuple(ratings.count(point) for point in range(1, 10))


@pytest.mark.parametrize(("n", "needed"), PRINTED.items())
def test_the_manuals_thresholds(n, needed):
    assert rand_disagreement(n, needed, needed) is True
    assert rand_disagreement(n, needed - 1, needed) is False
    assert rand_disagreement(n, needed, needed - 1) is False


def test_the_variant_of_a_third_differs_at_10_13_and_16():
    assert [n for n in range(8, 17) if rand_threshold(n) != rand_threshold(n, "third")] == [10, 13, 16]
    assert rand_disagreement(10, 3, 3) is True
    assert rand_disagreement(10, 3, 3, "third") is False


def test_agreement_is_about_ratings_outside_the_medians_region():
    assert rand_agreement(counts(7, 7, 8, 8, 8, 9, 9, 6, 1)) is True
    assert rand_agreement(counts(7, 7, 8, 8, 8, 9, 6, 6, 1)) is False


def test_a_median_between_two_regions_is_never_agreement():
    assert (
        rand_agreement(counts(6, 6, 6, 6, 6, 7, 7, 7, 7, 7)) is False
    )  # 6.5: half lie outside either region
    assert rand_agreement(counts(3, 3, 6, 4)) is False  # 3.5
    assert rand_agreement(counts(6, 6, 7, 7, 8, 8, 9, 9, 9, 9)) is True


def test_few_raters():
    assert rand_disagreement(1, 1, 0) is False
    assert rand_disagreement(2, 1, 1) is True
    assert rand_agreement(counts(5)) is True
    assert rand_disagreement(0, 0, 0) == rand_agreement(counts()) == NO_RATINGS


def test_agreement_needs_nine_counts():
    with pytest.raises(ValueError, match="nine points"):
        rand_agreement((1, 2, 3))


def test_ipras_known_answer():
    found = ipras(Fraction(7), Fraction(8))
    assert (found.ipr, found.centre, found.asymmetry, found.ipras) == (
        1,
        Fraction("7.5"),
        Fraction("2.5"),
        Fraction("6.1"),
    )
    assert found.index == Fraction(10, 61)
    assert found.disagreement is False


def test_ipras_equality_is_no_disagreement():
    # Centre 5: IPRAS is 2.35, and so is the range.
    edge = ipras(5 - Fraction("1.175"), 5 + Fraction("1.175"))
    assert (edge.index, edge.disagreement) == (1, False)
    assert ipras(5 - Fraction("1.18"), 5 + Fraction("1.175")).disagreement is True


def test_impossible_numbers_are_refused():
    with pytest.raises(ValueError, match="5 low and 5 high ratings among 9"):
        rand_disagreement(9, 5, 5)
    with pytest.raises(ValueError, match="P30 = 8 is above P70 = 7"):
        ipras(Fraction(8), Fraction(7))


def test_percentiles_use_the_summarys_definition():
    p70 = [
        summarise_counts(counts(3, 5, 6, 6, 7, 7, 8, 8, 9), Scale.default(9), quartiles=q).quantile(
            Fraction(7, 10)
        )
        for q in (6, 7, 8)
    ]
    assert p70 == [8, Fraction("7.6"), Fraction(118, 15)]
