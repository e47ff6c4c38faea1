"""One item's statistics against values made elsewhere: R packages, printed tables, other libraries.

The first half holds the cases that matter, each with what made it; then every reference case kept beside the
repository; then random data through the libraries themselves.
"""

import json
from fractions import Fraction
from pathlib import Path

import diptest
import numpy as np
import pytest
from scipy import stats
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
from delphi.scoring.consensus_rules import Votes, comet_consensus
from delphi.scoring.content_validity import cvr, cvr_critical, modified_kappa
from delphi.scoring.dispersion import (
    coefficient_of_variation,
    mean_deviation_from_median,
    median_absolute_deviation,
    standard_deviation,
)
from delphi.scoring.exact import Undefined
from delphi.scoring.one_item import describe
from delphi.scoring.proportions import wilson_interval
from delphi.scoring.quantile_definitions import DEFINITIONS, quantile_of_type, tukey_hinges
from delphi.scoring.rand_ucla import ipras
from delphi.scoring.scale_validity import aiken_v, cvr_critical_normal, cvr_table, scale_validity
from delphi.scoring.scales import Scale

CASES = Path(__file__).parents[3] / "shared" / "reference" / "stats_cases"

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


# --- every reference case -----------------------------------------------------------------------------------


def _proportion(case):
    k, n = case["input"]["x"], case["input"]["n"]
    confidence = case["params"]["conf_level"]
    return {
        "wilson": intervals.score_interval(k, n, confidence),
        "clopper_pearson": intervals.clopper_pearson(k, n, confidence),
        "wilson_cc": intervals.wilson_corrected(k, n, confidence),
        "agresti_coull": intervals.agresti_coull(k, n, confidence),
        "jeffreys": intervals.jeffreys(k, n, confidence),
    }


def _shape(case):
    counts = case["input"]["counts"]
    return {
        "van_der_eijk_A": shape.van_der_eijk_agreement(counts),
        "polarization": shape.polarization(counts),
        "leik_D": shape.leik_d(counts),
        "tastle_wierman_cns": shape.tastle_wierman_consensus(counts),
        "blair_lacy_l": shape.blair_lacy_l(counts),
        "blair_lacy_lsquared": shape.blair_lacy_l_squared(counts),
        "kvalseth_cov": shape.kvalseth_cov(counts),
        "berry_mielke_iov": shape.berry_mielke_iov(counts),
        "dsquared": shape.d_squared(counts),
        "entropy_agrmt": shape.entropy(counts),
        "reardon": shape.reardon(counts),
    }


def _dip(case):
    found = dip_test(case["input"]["x"])
    return {"dip": found.value, "p_value": found.p_value}


def _bimodality(case):
    return {"bc": bimodality_coefficient(case["input"]["x"])}


def _comet(case):
    enough, few = case["params"]["t_in"], case["params"]["t_out"]
    rows = []
    for n, high, low in case["input"]["rows"]:
        both = {rule: comet_consensus(Votes(n, high, low), enough, few, rule) for rule in RULES}
        rows.append({
            "n": n, "n_7_9": high, "n_1_3": low, "pct_7_9": 100 * high / n, "pct_1_3": 100 * low / n,
            "symmetric_out_rule": both["symmetric"], "out_if_le_50pct_7_9": both["at_most_half"],
        })  # fmt: skip
    return {"rows": rows}


RULES = ("symmetric", "at_most_half")


def _content_validity(case):
    lowest, highest = case["params"]["scale"]
    found = scale_validity(np.array(case["input"]["ratings"], float).T, case["params"]["relevant"])
    return {
        "i_cvi": found.i_cvi,
        "s_cvi_ave": found.average,
        "s_cvi_ua": found.universal,
        "kappa_star": found.kappa,
        "mean_kappa": found.mean_kappa,
        "aiken_v": [aiken_v(row, lowest, highest).value for row in case["input"]["ratings"]],
    }


def _aiken(case):
    ratings, params = case["input"]["ratings"], case["params"]
    found = [aiken_v(row, params["lo"], params["hi"], params["conf_level"]) for row in ratings]
    whole = scale_validity(np.array(ratings, float).T)
    return {
        "V": [one.value for one in found],
        "ci_low": [one.low for one in found],
        "ci_high": [one.high for one in found],
        "mean_V": sum(one.value for one in found) / len(found),
        "s_cvi_ave": whole.average,
        "s_cvi_ua": whole.universal,
    }


def _modified_kappa(case):
    rows = list(zip(case["input"]["A"], case["input"]["N"], strict=True))
    return {"kappa_star": [modified_kappa(*row) for row in rows]}


def _cvr_exact(case):
    table = cvr_table(case["input"]["panel_sizes"])
    return {
        "n_critical": [row.votes for row in table],
        "cvr_critical": [row.cvr for row in table],
        "exact_p": [row.exact_p for row in table],
    }


def _cvr_normal(case):
    alpha = case["params"]["alpha"]
    return {"cvr_critical": [cvr_critical_normal(n, alpha) for n in case["input"]["panel_sizes"]]}


def _cvr(case):
    return {"cvr": [cvr(*row) for row in zip(case["input"]["n_essential"], case["input"]["N"], strict=True)]}


def _quantiles(case):
    values = case["input"]["x"]
    found = {}
    for definition in DEFINITIONS:
        q25, p30, p70, q75 = (
            quantile_of_type(values, Fraction(p, 100), definition) for p in (25, 30, 70, 75)
        )
        found[f"type{definition}"] = {
            "q25": q25, "p30": p30, "p70": p70, "q75": q75, "iqr": q75 - q25, "ipr": p70 - p30,
        }  # fmt: skip
    lower, upper = tukey_hinges(values)
    return found | {"tukey_hinges": {"q25": lower, "q75": upper, "iqr": upper - lower}}


def _counts(case):
    return tuple(case["input"]["ratings"].count(point) for point in range(1, 10))


def _ipras(case):
    found = describe(np.array(case["input"]["ratings"], float), Scale.default(9))
    known = found.rand.ipras
    return {
        "median": found.summary.median,
        "p30": known.p30,
        "p70": known.p70,
        "ipr": known.ipr,
        "iprcp": known.centre,
        "asymmetry_index": known.asymmetry,
        "ipras": known.ipras,
        "disagreement_ipras": known.disagreement,
        "disagreement_index": known.index,
        "agreement_classic": found.rand.agreement,
        "appropriateness": found.rand.appropriateness,
    }


def _ipras_grid(case):
    rows = []
    for pair in case["input"]["pairs"]:
        known = ipras(*(Fraction(str(value)) for value in pair))
        rows.append({
            "p30": known.p30, "p70": known.p70, "ipr": known.ipr, "iprcp": known.centre, "ai": known.asymmetry,
            "ipras": known.ipras, "disagreement": known.disagreement, "di": known.index,
        })  # fmt: skip
    return {"rows": rows}


def _thresholds(case):
    table = rand.panel_thresholds(case["input"]["panel_sizes"])
    return {
        "disagreement_min_each_extreme": [row.least_each_extreme for row in table],
        "agreement_max_outside": [row.most_outside for row in table],
    }


def _classic(case):
    counts = _counts(case)
    return {"n_low": sum(counts[:3]), "n_high": sum(counts[6:]), "disagreement": rand.disagreement(counts)}


def _appropriateness(case):
    counts = _counts(case)
    return {
        "median": np.median(case["input"]["ratings"]),
        "half_point_up": rand.appropriateness(counts, "up"),
        "strict_7": rand.appropriateness(counts, "strict"),
        "disagreement": rand.disagreement(counts),
    }


def _rwg(case):
    x, points = case["input"]["x"], case["params"]["scale"][1]
    return {
        "rwg": within_group.rwg(x, within_group.uniform_null_variance(points)),
        "ad_mean": within_group.average_deviation(x, points, "mean").value,
        "ad_median": within_group.average_deviation(x, points, "median").value,
    }


def _nulls(case):
    expected = case["expected"]
    given = {name: shares for name, shares in case["input"].items() if shares is not None}
    found = {
        name: within_group.null_variance([Fraction(str(s)) for s in shares]) for name, shares in given.items()
    }
    for name, variance in found.items():
        assert variance == within_group.null_variance(within_group.FIVE_POINT_NULLS[name])
    return found | {
        "uniform": within_group.uniform_null_variance(case["params"]["points"]),
        "uniform_general": {
            k: within_group.uniform_null_variance(int(k)) for k in expected["uniform_general"]
        },
        "ad_cutoff_c_over_6": {k: within_group.ad_cutoff(int(k)) for k in expected["ad_cutoff_c_over_6"]},
    }


COMPUTE = {
    "proportion_ci": _proportion,
    "ordinal_dispersion_from_counts": _shape,
    "hartigan_dip": _dip,
    "bimodality_coefficient": _bimodality,
    "comet_consensus": _comet,
    "content_validity_indices": _content_validity,
    "aiken_v_ci": _aiken,
    "modified_kappa": _modified_kappa,
    "lawshe_cvr_critical_exact": _cvr_exact,
    "lawshe_cvr_critical_normal": _cvr_normal,
    "lawshe_cvr": _cvr,
    "quantile_definitions": _quantiles,
    "ipras": _ipras,
    "ipras_from_percentiles": _ipras_grid,
    "rand_thresholds": _thresholds,
    "rand_classic_disagreement": _classic,
    "rand_appropriateness": _appropriateness,
    "rwg_ad_single_item": _rwg,
    "rwg_null_variance": _nulls,
}
# Intermediate values these cases print, which are no results of their own here.
STEPS = {"skewness_G1", "excess_kurtosis_G2", "outside_median_region", "i_cvi", "pc"}
FILES = (
    "consensus_rules", "content_validity", "dip_bimodality", "lawshe", "ordinal_dispersion", "proportions",
    "quantiles", "rand_ucla", "rwg_ad",
)  # fmt: skip


def known_cases():
    for name in FILES:
        path = CASES / f"{name}.json"
        for case in json.loads(path.read_text(encoding="utf-8")) if path.exists() else ():
            if case["statistic"] in COMPUTE:
                yield pytest.param(case, id=case["name"])


def agree(found, expected, tolerance, place):
    if isinstance(expected, dict):
        for key in expected.keys() - (STEPS - found.keys()):
            step = tolerance.get(key, 0) if isinstance(tolerance, dict) else tolerance
            agree(found[key], expected[key], step, f"{place}/{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), place
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            agree(one, other, tolerance, f"{place}/{index}")
    elif isinstance(expected, bool | str):
        assert found == expected, place
    else:
        assert float(found) == pytest.approx(expected, abs=tolerance, rel=0), place


@pytest.mark.skipif(not CASES.exists(), reason="the reference cases are not beside the repository")
def test_there_are_cases():
    assert len(list(known_cases())) >= 20


@pytest.mark.parametrize("case", list(known_cases()))
def test_reference_case(case):
    agree(COMPUTE[case["statistic"]](case), case["expected"], case["tolerance"], case["name"])


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
