"""The ICC by other routes, and agreement with many gaps and points nobody used, as other packages have it.

statsmodels 0.15 (analysis of variance), scipy 1.12 (F), pingouin 0.6.1, krippendorff 0.9.0, irrCAC 0.4.4.
"""

import krippendorff as krippendorff_package
import numpy as np
import pandas as pd
import pingouin
import pytest
from irrCAC import raw as irrcac_raw
from scipy import optimize, stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from delphi.scoring.agreement import WEIGHTINGS
from delphi.scoring.chance_corrected import chance_corrected
from delphi.scoring.icc import icc
from delphi.scoring.kendall import kendall_w
from delphi.scoring.krippendorff import MEASUREMENTS, krippendorff_alpha

POINTS = range(1, 10)


def rated(seed, raters, items, missing=0.0, used=tuple(POINTS)):
    """Ratings that lean to each item's own level, on the points of `used` alone."""
    random = np.random.default_rng(seed)
    level = random.uniform(0, len(used) - 1, items)
    place = np.clip(np.round(level + random.normal(0, len(used) / 5, (raters, items))), 0, len(used) - 1)
    ratings = np.array(used, float)[place.astype(int)]
    ratings[random.random(ratings.shape) < missing] = np.nan
    return ratings


def long(ratings):
    return (
        pd.DataFrame(ratings).reset_index(names="rater").melt("rater", var_name="item", value_name="rating")
    )


# --- intraclass correlation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_mean_squares_equal_the_analysis_of_variance(seed):
    ratings = rated(seed, 3 + seed, 8)
    data = long(ratings)
    table = anova_lm(ols("rating ~ C(item) + C(rater)", data).fit())
    one_way = anova_lm(ols("rating ~ C(item)", data).fit())
    found = icc(ratings).mean_squares
    assert (found.between, found.judges, found.error) == pytest.approx(tuple(table["mean_sq"]))
    assert found.within == pytest.approx(one_way.loc["Residual", "mean_sq"])


def limits_by_inversion(f, df1, df2, k, level):
    """The correlations r at which F / (1 + k r / (1 - r)), an F of df1 and df2, reaches its two tails."""

    def excess(r, p):
        return stats.f.cdf(f / (1 + k * r / (1 - r)), df1, df2) - p

    lowest = -1 / (k - 1) + 1e-12
    return [
        optimize.brentq(excess, lowest, 1 - 1e-12, (p,), xtol=1e-14)
        for p in ((1 + level) / 2, (1 - level) / 2)
    ]


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("seed", range(6))
def test_intervals_hold_what_the_f_test_does_not_reject(seed, level):
    ratings = rated(seed, 2 + seed, 9)
    k, found = len(ratings), icc(ratings, level=level)
    for one, mean in ((found.icc1_1, found.icc1_k), (found.icc3_1, found.icc3_k)):
        low, high = limits_by_inversion(one.f, one.df1, one.df2, k, level)
        assert (one.low, one.high) == pytest.approx((low, high), abs=1e-9)
        stepped = [k * limit / (1 + (k - 1) * limit) for limit in (low, high)]
        assert [mean.low, mean.high] == pytest.approx(stepped, abs=1e-9)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_items_with_a_gap_leave_as_in_pingouin(seed):
    ratings = rated(seed, 3, 14, missing=0.1)
    table = pingouin.intraclass_corr(
        long(ratings), targets="item", raters="rater", ratings="rating", nan_policy="omit"
    )
    found = icc(ratings, drop="items")
    forms = (found.icc1_1, found.icc2_1, found.icc3_1, found.icc1_k, found.icc2_k, found.icc3_k)
    assert [form.value for form in forms] == pytest.approx(table["ICC"].tolist())
    assert [form.f for form in forms] == pytest.approx(table["F"].tolist())


# --- gaps, unbalanced raters, points nobody used ---------------------------------------------------------------

USED = {"two ends": (1, 9), "middle": (4, 5, 6), "every other": (1, 3, 5, 7, 9)}


@pytest.mark.parametrize("measurement", MEASUREMENTS)
@pytest.mark.parametrize("used", USED)
@pytest.mark.parametrize("seed", range(4))
def test_alpha_with_gaps_and_unused_points(measurement, used, seed):
    ratings = rated(seed, 7, 18, missing=0.55, used=USED[used])
    expected = krippendorff_package.alpha(ratings, level_of_measurement=measurement, value_domain=POINTS)
    assert krippendorff_alpha(ratings, POINTS, measurement).value == pytest.approx(expected, abs=1e-12)


IN_IRRCAC = {weighting: weighting for weighting in WEIGHTINGS} | {"unweighted": "identity"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("used", USED)
def test_family_with_gaps_and_unused_points(weighting, used):
    ratings = rated(3, 6, 20, missing=0.45, used=USED[used])
    ratings = ratings[:, (~np.isnan(ratings)).any(axis=0)]
    theirs = irrcac_raw.CAC(pd.DataFrame(ratings.T), IN_IRRCAC[weighting], list(POINTS), digits=12)
    ours = chance_corrected(ratings, POINTS, weighting)
    for name, own in (
        ("fleiss", "fleiss"),
        ("conger", "conger"),
        ("gwet", "gwet"),
        ("bp", "brennan_prediger"),
    ):
        expected, found = getattr(theirs, name)()["est"], getattr(ours, own)
        assert found.value == pytest.approx(expected["coefficient_value"], abs=1e-9), name
        assert found.se == pytest.approx(expected["se"], abs=1e-9), name


@pytest.mark.parametrize("seed", range(5))
def test_w_of_complete_raters_with_ties_as_friedman(seed):
    ratings = rated(seed, 12, 6, missing=0.05, used=(4, 5, 6))
    complete = ratings[~np.isnan(ratings).any(axis=1)]
    theirs = stats.friedmanchisquare(*complete.T)
    found = kendall_w(ratings, drop="raters")
    assert (found.chi2, found.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert found.raters == len(complete)
