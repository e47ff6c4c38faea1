"""One item's statistics against values made elsewhere: R packages, printed tables, other libraries.

First the values that matter, each with what made it; then random data through the libraries themselves. Every
reference case kept beside the repository is run by `test_every_case`.
"""

from fractions import Fraction

import diptest
import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats
from statsmodels.stats.proportion import proportion_confint

from delphi.scoring import appropriateness as rand, intervals, shape, within_group
from delphi.scoring.bimodality import (
    bimodality_coefficient,
    dip_p_value,
    dip_statistic,
    dip_test,
    excess_kurtosis,
    skewness,
)
from delphi.scoring.content_validity import cvr_critical
from delphi.scoring.dispersion import (
    coefficient_of_variation,
    mean_deviation_from_median,
    median_absolute_deviation,
    standard_deviation,
)
from delphi.scoring.exact import Undefined
from delphi.scoring.item_table import item_table
from delphi.scoring.posterior import posterior_share
from delphi.scoring.proportions import wilson_interval
from delphi.scoring.quantile_definitions import quantile_of_type
from delphi.scoring.scale_validity import aiken_v, cvr_critical_normal, cvr_table
from delphi.scoring.scales import Scale

# R's diptest 0.76: statfaculty, Hartigan (1985), ratings of a statistics faculty. Dip 0.0595238, p 0.08672.
STATFACULTY = [
    *(30, 33, 35, 36, 37, 37, 39, 39, 39, 39, 39, 40, 40, 40, 40, 41, 42, 43, 43, 43, 44, 44, 45, 45, 46, 46),
    *(47, 47, 48, 48, 48, 49, 50, 50, 51, 52, 52, 53, 53, 53, 53, 53, 54, 54, 57, 57, 59, 60, 60, 60, 61, 61),
    *(61, 61, 62, 62, 62, 62, 63, 66, 70, 72, 72),
]


def at(values):
    """Floats of exact values, for comparison."""
    return [float(value) for value in values]


# --- values that matter, with their makers -------------------------------------------------------------------


def test_statistics_faculty():
    found = dip_test(STATFACULTY)
    assert found.value == pytest.approx(0.0595238095238, abs=1e-8)
    assert found.p_value == pytest.approx(0.08672, abs=0.002)


def test_agrmt_help_page():
    """R's agrmt 1.42.12, the vector of its help pages."""
    counts = (30, 40, 210, 130, 530, 50, 10)
    assert float(shape.van_der_eijk_agreement(counts)) == pytest.approx(0.6113333, abs=1e-6)
    assert float(shape.leik_d(counts)) == pytest.approx(0.286666667, abs=1e-6)
    assert float(shape.polarization(counts)) == pytest.approx(0.194333333, abs=1e-6)
    assert shape.tastle_wierman_consensus(counts) == pytest.approx(0.7256876, abs=1e-6)
    assert shape.reardon(counts) == pytest.approx(0.466750807183, abs=1e-6)


def test_newcombes_eighty_one_of_263():
    """Newcombe (1998), Table I."""
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert intervals.clopper_pearson(81, 263) == pytest.approx((0.2527, 0.3676), abs=5e-5)
    assert intervals.wilson_corrected(81, 263) == pytest.approx((0.2535, 0.3682), abs=5e-5)


def test_one_factory_company():
    """R's multilevel 2.7: lq2002, company 2, LEAD01, on 1 to 5."""
    x = [2, 4, 4, 1, 1, 2, 3, 3, 3, 4, 2, 2, 4, 4, 1, 2, 4, 4, 4, 4, 4, 3, 2, 4]
    assert float(within_group.rwg(x, Fraction(2))) == pytest.approx(0.370471014493)
    assert float(within_group.average_deviation(x, 5, "mean").value) == pytest.approx(0.96875)
    assert float(within_group.average_deviation(x, 5, "median").value) == pytest.approx(0.958333333333)


def test_aikens_v_of_six_experts():
    """R's contentvalidR 0.4.0, vignette: V 1, 95 % interval 0.824 to 1."""
    found = aiken_v([4] * 6, 1, 4)
    assert (found.value, found.high, round(found.low, 3)) == (1, 1.0, 0.824)


def test_thirteen_raters_by_the_normal_table():
    """Wilson, Pan & Schumsky (2012): .456."""
    assert cvr_critical_normal(13) == pytest.approx(0.456, abs=5e-4)


# --- random data through other libraries ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tied", "continuous", "two groups"])
def test_dip_equals_diptest(kind):
    random = np.random.default_rng(1985)
    for _ in range(300):
        n = int(random.integers(2, 80))
        x = {
            "tied": random.integers(1, int(random.integers(2, 12)), n).astype(float),
            "continuous": random.normal(size=n),
            "two groups": np.round(random.normal(size=n) * 2 + 6 * random.integers(0, 2, n)),
        }[kind]
        assert dip_statistic(x) == pytest.approx(diptest.dipstat(x, allow_zero=False), abs=1e-9), sorted(x)


def test_dip_p_value_equals_diptest():
    """Two simulated tables; the one here is its own, so they agree within simulation error."""
    random = np.random.default_rng(3)
    for _ in range(300):
        n = int(random.choice([10, 12, 17, 25, 40, 63, 90, 150, 300, 700, 1500, 4000, 10_000]))
        x = np.concatenate([random.normal(0, 1, n // 2), random.normal(2.5, 1, n - n // 2)])
        dip, p_value = diptest.diptest(x, allow_zero=False)
        assert dip_p_value(dip, n) == pytest.approx(p_value, abs=0.003), (n, dip)


def test_bimodality_coefficient_equals_scipy():
    random = np.random.default_rng(7)
    for _ in range(100):
        n = int(random.integers(4, 60))
        x = random.integers(1, 10, n).astype(float)
        found = bimodality_coefficient(x)
        if isinstance(found, Undefined):
            assert np.ptp(x) == 0
            continue
        skew, kurtosis = stats.skew(x, bias=False), stats.kurtosis(x, bias=False)
        assert skewness(x) == pytest.approx(skew)
        assert excess_kurtosis(x) == pytest.approx(kurtosis)
        benchmark = 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
        assert found == pytest.approx((skew**2 + 1) / (kurtosis + benchmark))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_intervals_equal_scipy_and_statsmodels(confidence):
    for n in (1, 2, 7, 30, 263):
        for k in sorted({0, 1, n // 3, n - 1, n}):
            test = stats.binomtest(k, n)
            for name, method in (
                ("score_interval", "wilson"), ("wilson_corrected", "wilsoncc"), ("clopper_pearson", "exact")
            ):  # fmt: skip
                known = test.proportion_ci(confidence, method)
                assert getattr(intervals, name)(k, n, confidence) == pytest.approx(tuple(known), abs=1e-9), (
                    k,
                    n,
                )
            known = proportion_confint(k, n, 1 - confidence, "jeffreys")
            low, high = intervals.jeffreys(k, n, confidence)
            # statsmodels has no boundary rule.
            assert low == (pytest.approx(known[0]) if k else 0)
            assert high == (pytest.approx(known[1]) if k < n else 1)
            known = proportion_confint(k, n, 1 - confidence, "agresti_coull")
            assert np.clip(intervals.agresti_coull(k, n, confidence), 0, 1) == pytest.approx(known)


def test_dispersion_equals_scipy():
    random = np.random.default_rng(11)
    for _ in range(200):
        x = random.integers(1, 12, int(random.integers(2, 40))).astype(float)
        assert standard_deviation(x) == pytest.approx(np.std(x, ddof=1))
        assert coefficient_of_variation(x) == pytest.approx(stats.variation(x, ddof=1))
        assert float(median_absolute_deviation(x)) == stats.median_abs_deviation(x)
        assert float(mean_deviation_from_median(x)) == pytest.approx(np.abs(x - np.median(x)).mean())


NUMPY_NAMES = {
    1: "inverted_cdf", 2: "averaged_inverted_cdf", 4: "interpolated_inverted_cdf", 5: "hazen", 6: "weibull",
    7: "linear", 8: "median_unbiased", 9: "normal_unbiased",
}  # fmt: skip


@pytest.mark.parametrize("definition", NUMPY_NAMES)
def test_quantiles_equal_numpy(definition):
    """Not 3: numpy's closest_observation was wrong in ties before 2.0."""
    random = np.random.default_rng(definition)
    for _ in range(150):
        x = random.integers(1, 12, int(random.integers(1, 30))).tolist()
        for p in (Fraction(0), Fraction(1, 8), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)):
            found = quantile_of_type(x, p, definition)
            assert float(found) == pytest.approx(np.quantile(x, float(p), method=NUMPY_NAMES[definition]))


@pytest.mark.parametrize(
    ("x", "p", "expected"),
    # R 4: quantile(x, p, type = 3); the nearest place, the even one of two equally near.
    [([1, 2], "1/4", 1), ([1, 2], "3/4", 2), ([1, 2, 3, 4], "3/8", 2), ([1, 2, 3, 4], "5/8", 2)],
)
def test_quantile_three_goes_to_the_even_place(x, p, expected):
    assert quantile_of_type(x, Fraction(p), 3) == expected


def test_critical_votes_equal_scipy():
    for row in cvr_table(range(5, 120)):
        assert stats.binom.sf(row.votes - 1, row.n, 0.5) == pytest.approx(float(row.exact_p))
        assert row.exact_p <= Fraction(1, 20) < stats.binom.sf(row.votes - 2, row.n, 0.5)
        assert row.cvr == cvr_critical(row.n)


def test_p_value_method_equals_scipy():
    random = np.random.default_rng(5)
    for _ in range(200):
        counts = tuple(random.multinomial(random.integers(1, 30), random.dirichlet(np.ones(9))).tolist())
        inside = max(sum(counts[:6]), sum(counts[3:]))
        p_value = stats.binomtest(inside, sum(counts), 0.9, alternative="less").pvalue
        assert rand.p_value_disagreement(counts) is bool(p_value < 0.10)


def test_entropy_equals_scipy():
    random = np.random.default_rng(13)
    for counts in random.integers(0, 6, (100, 7)):
        if counts.any():
            assert shape.entropy(counts.tolist()) == pytest.approx(stats.entropy(counts, base=2))


def test_the_table_of_items_equals_pandas():
    random = np.random.default_rng(17)
    ratings = random.integers(1, 10, (40, 60)).astype(float)
    ratings[random.random(ratings.shape) < 0.3] = np.nan
    frame, table = pd.DataFrame(ratings), item_table(ratings, Scale.default(9))
    assert table.n.tolist() == frame.count().tolist()
    known = {
        "mean": frame.mean(),
        "median": frame.median(),
        "sd": frame.std(),
        "cv": frame.std() / frame.mean(),
    }
    known |= {"q1": frame.quantile(0.25), "q3": frame.quantile(0.75)}
    known |= {"percent_high": 100 * (frame >= 7).sum() / frame.count()}
    for name, expected in known.items():
        assert getattr(table, name).tolist() == pytest.approx(expected.tolist()), name


def test_posterior_equals_its_integral():
    for k, n in ((0, 1), (3, 7), (14, 20), (20, 20)):
        found = posterior_share(k, n, 0.7)
        density = stats.beta(k + 0.5, n - k + 0.5).pdf
        assert found.probability == pytest.approx(1 - integrate.quad(density, 0, 0.7)[0], abs=1e-7)
        assert integrate.quad(density, 0, found.low)[0] == pytest.approx(0.025, abs=1e-7)
