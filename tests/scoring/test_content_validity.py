"""CVR with exact critical values, I-CVI, modified kappa."""

from fractions import Fraction

import pytest
from scipy.stats import binom

from delphi.scoring.content_validity import cvr, cvr_critical, icvi, modified_kappa
from delphi.scoring.exact import NO_RATINGS, TOO_FEW_RATERS

# Ayre & Scally (2014), Table 2, one-tailed .05: N -> critical CVR.
AYRE_SCALLY = {
    5: 1,
    6: 1,
    7: 1,
    8: 0.75,
    9: 0.778,
    10: 0.8,
    11: 0.636,
    12: 0.667,
    13: 0.538,
    20: 0.5,
    40: 0.3,
}

# Polit, Beck & Owen (2007), Table 4: (N, A) -> I-CVI, Pc by the formula, kappa within rounding of I-CVI.
POLIT = {
    (3, 2): (0.67, 0.47),
    (5, 4): (0.80, 0.76),
    (6, 5): (0.83, 0.81),
    (8, 6): (0.75, 0.72),
    (9, 7): (0.78, 0.76),
}


@pytest.mark.parametrize(
    ("essential", "n", "ratio"), [(3, 5, "1/5"), (10, 13, "7/13"), (5, 10, 0), (0, 6, -1), (9, 9, 1)]
)
def test_cvr(essential, n, ratio):
    assert cvr(essential, n) == Fraction(ratio)


@pytest.mark.parametrize(("n", "printed"), AYRE_SCALLY.items())
def test_critical_cvr_as_printed(n, printed):
    assert float(cvr_critical(n)) == pytest.approx(printed, abs=0.0005)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_fewer_than_five_raters_have_no_critical_value(n):
    assert cvr_critical(n) == TOO_FEW_RATERS


@pytest.mark.parametrize("alpha", [Fraction(1, 100), 0.025, Fraction(1, 10)])
def test_critical_cvr_at_another_level(alpha):
    for n in range(1, 41):
        significant = [k for k in range(n + 1) if binom.sf(k - 1, n, 0.5) <= alpha]
        expected = cvr(significant[0], n) if significant else TOO_FEW_RATERS
        assert cvr_critical(n, alpha) == expected


def test_impossible_numbers_are_refused():
    for statistic in (cvr, icvi, modified_kappa):
        for count in (-1, 6):
            with pytest.raises(ValueError, match="of 5 raters"):
                statistic(count, 5)
    for n, alpha in ((-1, 0.05), (8, 0), (8, 1)):
        with pytest.raises(ValueError, match="at a level of"):
            cvr_critical(n, alpha)


@pytest.mark.parametrize(("rated", "printed"), POLIT.items())
def test_icvi_and_kappa_as_printed(rated, printed):
    n, relevant = rated
    assert float(icvi(relevant, n)) == pytest.approx(printed[0], abs=0.005)
    assert float(modified_kappa(relevant, n)) == pytest.approx(printed[1], abs=0.01)


def test_kappa_is_exact():
    assert modified_kappa(4, 5) == Fraction(103, 135)


def test_unanimity():
    assert icvi(7, 7) == modified_kappa(7, 7) == cvr(7, 7) == 1


def test_one_rater_who_disagrees():
    assert modified_kappa(0, 1) == -1


def test_no_raters():
    assert {cvr(0, 0), cvr_critical(0), icvi(0, 0), modified_kappa(0, 0)} == {NO_RATINGS}
