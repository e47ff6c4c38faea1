"""Bootstrap of agreement: every resample counted by hand, seeds, duplicates of a rater, and the edges."""

import numpy as np
import pytest

from delphi.scoring.agreement import WEIGHTINGS, agreement_weights, counts_per_point
from delphi.scoring.agreement_bootstrap import (
    _beyond_chance,
    _coincidences_over,
    _resampled,
    _times_drawn,
    bootstrap,
    bootstrap_alpha,
    bootstrap_chance_corrected,
)
from delphi.scoring.chance_corrected import (
    EXPECTATIONS,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac,
    percent_agreement,
)
from delphi.scoring.exact import Undefined
from delphi.scoring.icc import icc
from delphi.scoring.krippendorff import MEASUREMENTS, alpha_of, krippendorff_alpha

NAN = np.nan
POINTS = range(1, 6)
ONE = {
    "percent_agreement": percent_agreement,
    "fleiss": fleiss_kappa,
    "gwet": gwet_ac,
    "brennan_prediger": brennan_prediger,
}


def panel(seed=5, raters=7, items=12, missing=0.3):
    random = np.random.default_rng(seed)
    level = random.uniform(1, 5, items)
    ratings = np.clip(np.round(level + random.normal(0, 1.2, (raters, items))), 1, 5)
    ratings[random.random(ratings.shape) < missing] = NAN
    return ratings


def number(found):
    return NAN if isinstance(found, Undefined) else found.value


@pytest.mark.parametrize("measurement", MEASUREMENTS)
def test_alpha_over_items_is_alpha_of_each_resample(measurement):
    ratings = panel()
    found = np.concatenate(
        [
            alpha_of(table, POINTS, measurement)
            for table in _coincidences_over("items", ratings, POINTS, 40, 1)
        ]
    )
    drawn = _times_drawn(12, 40, 1).astype(int)
    expected = [
        number(krippendorff_alpha(np.repeat(ratings, times, axis=1), POINTS, measurement)) for times in drawn
    ]
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_coefficient_over_items_is_that_of_each_resample(expectation, weighting):
    ratings = panel()
    (batch,) = _resampled("items", ratings, POINTS, 20, 1)
    found = _beyond_chance(*batch, expectation, agreement_weights(weighting, POINTS))
    expected = [
        number(
            ONE[expectation](counts_per_point(np.repeat(ratings, times, axis=1), POINTS), POINTS, weighting)
        )
        for times in _times_drawn(12, 20, 1).astype(int)
    ]
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def alpha_by_pairs(ratings, times):
    """Interval alpha of raters drawn `times`, from all pairs of different raters, one by one."""
    observed, total, weights = 0.0, [], []
    for column in ratings.T:
        raters = [g for g in range(len(column)) if times[g] and not np.isnan(column[g])]
        pairs = [(g, h) for g in raters for h in raters if g != h]
        size = sum(times[g] for g in raters)
        of_all = sum(times[g] * times[h] for g, h in pairs)
        for g, h in pairs:
            weight = size * times[g] * times[h] / of_all
            observed += weight * (column[g] - column[h]) ** 2
            total.append(column[g])
            weights.append(weight)
    values, weights = np.array(total), np.array(weights)
    n = weights.sum()
    return 1 - (n - 1) * observed / (weights[:, None] * weights * (values[:, None] - values) ** 2).sum()


def test_alpha_over_raters_takes_no_pair_of_a_rater_with_herself():
    ratings = panel()
    tables = np.concatenate(list(_coincidences_over("raters", ratings, POINTS, 30, 4)))
    expected = [alpha_by_pairs(ratings, times) for times in _times_drawn(7, 30, 4)]
    assert alpha_of(tables, POINTS, "interval") == pytest.approx(expected, abs=1e-12)


def test_a_rater_drawn_twice_brings_no_agreement():
    # raters who answer at random: drawing them again must not look like agreement
    ratings = np.random.default_rng(8).integers(1, 6, (6, 300)).astype(float)
    proper = bootstrap_chance_corrected(ratings, POINTS, "fleiss", over="raters", resamples=300)
    assert abs(proper.low) < 0.1
    assert abs(proper.high) < 0.1
    alpha = bootstrap_alpha(ratings, POINTS, "nominal", over="raters", resamples=300)
    assert abs(alpha.high) < 0.1
    naive = bootstrap(
        lambda matrix: number(fleiss_kappa(counts_per_point(matrix, POINTS), POINTS)),
        ratings,
        over="raters",
        resamples=300,
    )
    assert naive.low > naive.value
    assert proper.low < proper.value < proper.high


@pytest.mark.parametrize("over", ["items", "raters", "pairs"])
def test_alpha_interval(over):
    ratings = panel(raters=12, items=40)
    found = bootstrap_alpha(ratings, POINTS, "ordinal", over=over, resamples=500, seed=3)
    assert found.value == pytest.approx(krippendorff_alpha(ratings, POINTS, "ordinal").value)
    assert found.low < found.value < found.high
    assert (found.resamples, found.undefined, found.seed, found.over) == (500, 0, 3, over)
    assert found == bootstrap_alpha(ratings, POINTS, "ordinal", over=over, resamples=500, seed=3)
    assert found != bootstrap_alpha(ratings, POINTS, "ordinal", over=over, resamples=500, seed=4)
    wide = bootstrap_alpha(ratings, POINTS, "ordinal", over=over, resamples=500, seed=3, level=0.99)
    assert wide.low < found.low < found.high < wide.high


def test_resampling_items_agrees_with_the_standard_error():
    ratings = panel(raters=10, items=300)
    found = bootstrap_alpha(ratings, POINTS, "interval", resamples=1000)
    assert found.se == pytest.approx(krippendorff_alpha(ratings, POINTS, "interval").se, rel=0.1)
    gwet = bootstrap_chance_corrected(ratings, POINTS, "gwet", "linear", resamples=1000)
    counts = counts_per_point(ratings, POINTS)
    assert gwet.se == pytest.approx(gwet_ac(counts, POINTS, "linear").se, rel=0.1)


def test_over_pairs_holds_the_expected_disagreement():
    # two raters, two points: alpha* = 1 - (share of unequal pairs) / expected, binomial in 40 pairs
    ratings = np.array([[1.0] * 20 + [2] * 20, [1.0] * 16 + [2] * 20 + [1] * 4])
    found = bootstrap_alpha(ratings, [1, 2], "nominal", over="pairs", resamples=20_000)
    expected = 40 * 40 * 2 / (80 * 79)
    assert found.value == pytest.approx(1 - 0.2 / expected)
    assert found.se == pytest.approx(np.sqrt(0.2 * 0.8 / 40) / expected, rel=0.05)


def test_any_statistic():
    ratings = np.random.default_rng(1).integers(1, 10, (4, 30)).astype(float)
    found = bootstrap(lambda matrix: icc(matrix).icc2_1.value, ratings, resamples=200)
    assert found.value == icc(ratings).icc2_1.value
    assert found.low < found.value < found.high
    assert bootstrap(lambda _: Undefined("one_item"), ratings) == Undefined("one_item")


def test_undefined():
    nothing, same = np.full((3, 4), NAN), np.full((3, 4), 2.0)
    for over in ("items", "raters", "pairs"):
        assert bootstrap_alpha(nothing, POINTS, over=over) == Undefined("no_pairs")
        assert bootstrap_alpha(same, POINTS, over=over) == Undefined("no_variance")
    assert bootstrap_chance_corrected(nothing, POINTS, "fleiss") == Undefined("no_pairs")
    assert bootstrap_chance_corrected(np.empty((0, 0)), POINTS, "fleiss") == Undefined("no_pairs")
    assert bootstrap_chance_corrected(same, POINTS, "fleiss") == Undefined("no_variance")
    certain = bootstrap_chance_corrected(same, POINTS, "gwet", over="raters", resamples=50)
    assert (certain.value, certain.low, certain.high) == (1, 1, 1)
    # of four items only one tells two points apart: a third of the resamples lack it
    nearly = np.array([[1.0, 1, 1, 1], [1, 1, 1, 2]])
    assert 0 < bootstrap_alpha(nearly, POINTS, resamples=200).undefined < 100
    alone = np.array([[1.0, 2, 3], [NAN, NAN, NAN], [NAN, NAN, 2], [NAN, NAN, NAN], [NAN, NAN, NAN]])
    assert bootstrap_alpha(alone, POINTS, over="raters", resamples=200) == Undefined("too_few_resamples")


def test_what_makes_no_sense_is_refused():
    ratings = panel()
    with pytest.raises(ValueError, match="over"):
        bootstrap_alpha(ratings, POINTS, over="panels")
    with pytest.raises(ValueError, match="over"):
        bootstrap(lambda matrix: 1.0, ratings, over="pairs")
    with pytest.raises(ValueError, match="scott"):
        bootstrap_chance_corrected(ratings, POINTS, "scott")
    with pytest.raises(ValueError, match="level"):
        bootstrap_alpha(ratings, POINTS, level=95)
