"""The probability that the true share passes."""

from fractions import Fraction
from math import comb

import pytest
from scipy.stats import beta

from delphi.scoring.exact import NO_RATINGS
from delphi.scoring.posterior import ASSUMPTION, finite_panel_probability, posterior_share


def test_it_is_a_posterior():
    found = posterior_share(14, 20, 0.7)
    assert found.mean == pytest.approx(14.5 / 21)
    assert found.low < found.mean < found.high
    assert found.assumption == ASSUMPTION == "if exchangeable"


@pytest.mark.parametrize(("count", "n"), [(0, 5), (3, 9), (9, 9), (40, 62)])
def test_mirrored_counts_mirror_everything(count, n):
    one, other = posterior_share(count, n, 0.3), posterior_share(n - count, n, 0.7)
    assert one.probability == pytest.approx(1 - other.probability, abs=1e-12)
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low))


def test_the_ends_of_the_threshold():
    assert posterior_share(3, 9, 0).probability == 1
    assert posterior_share(3, 9, 1).probability == 0
    assert posterior_share(9, 9, Fraction(2, 3)).probability > 0.97


def test_another_prior():
    assert posterior_share(0, 1, 0.5, prior=(1, 1)).probability == pytest.approx(0.25)


def test_another_confidence():
    found = posterior_share(14, 20, 0.7, prior=(1, 1), confidence=0.8)
    assert (found.low, found.high) == pytest.approx(tuple(beta.ppf((0.1, 0.9), 15, 7)))


def test_a_finite_panel_by_enumeration():
    """With a flat prior the beta-binomial is C(k + x, x) C(f + u - x, u - x) / C(n + u + 1, u)."""
    count, n, members = 4, 6, 10
    unseen, against = members - n, n - count
    total = comb(n + unseen + 1, unseen)
    expected = sum(
        comb(count + x, x) * comb(against + unseen - x, unseen - x) / total
        for x in range(unseen + 1)
        if 10 * (count + x) >= 7 * members
    )
    assert finite_panel_probability(count, n, members, 0.7, prior=(1, 1)) == pytest.approx(expected)


def test_a_panel_seen_whole_is_certain_and_counted_exactly():
    assert finite_panel_probability(7, 10, 10, 0.7) == 1.0
    assert finite_panel_probability(7, 10, 10, Fraction(701, 1000)) == 0.0
    assert finite_panel_probability(7, 10, 11, 0.9) == 0.0
    assert finite_panel_probability(7, 10, 11, 0.6) == 1.0


def test_a_large_panel_tends_to_the_posterior():
    found = finite_panel_probability(14, 20, 200_000, 0.7)
    assert found == pytest.approx(posterior_share(14, 20, 0.7).probability, abs=1e-4)


def test_nobody():
    assert posterior_share(0, 0, 0.7) == NO_RATINGS
    assert finite_panel_probability(0, 0, 10, 0.7) == NO_RATINGS


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: posterior_share(5, 4, 0.7), "a count of 5 among 4"),
        (lambda: posterior_share(-1, 4, 0.7), "a count of -1"),
        (lambda: posterior_share(1, 4, 70), "a threshold of 70"),
        (lambda: posterior_share(1, 4, 0.7, prior=(0, 1)), "a prior"),
        (lambda: posterior_share(1, 4, 0.7, confidence=95), "confidence 95"),
        (lambda: finite_panel_probability(1, 4, 3, 0.7), "3 members, but 4"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
