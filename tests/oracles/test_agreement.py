"""Agreement of the panel: values made elsewhere, and other packages on random ratings.

Each table names the program or paper its values come from. Matrices are written items x raters, as printed, and
transposed.
"""

from dataclasses import fields

import krippendorff as krippendorff_package
import numpy as np
import pandas as pd
import pingouin
import pytest
from irrCAC import raw as irrcac_raw, table as irrcac_table
from scipy.stats import friedmanchisquare, rankdata, spearmanr
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa as statsmodels_fleiss

from delphi.scoring.agreement import WEIGHTINGS, agreement_weights, counts_per_point
from delphi.scoring.chance_corrected import (
    chance_corrected,
    conger_kappa,
    fleiss_by_point,
    fleiss_kappa,
    fleiss_test,
)
from delphi.scoring.icc import icc
from delphi.scoring.kendall import kendall_w
from delphi.scoring.krippendorff import MEASUREMENTS, krippendorff_alpha
from delphi.scoring.two_raters import cohen_kappa, cohen_test, table_of, two_raters

# Gwet (2014), 12 units x 4 raters; with the last row's 3 moved, Krippendorff (2011), examples C and D.
GWET_12_BY_4 = """1 1 . 1 | 2 2 3 2 | 3 3 3 3 | 3 3 3 3 | 2 2 2 2 | 1 2 3 4
    4 4 4 4 | 1 1 2 1 | 2 2 2 2 | . 5 5 5 | . . 1 1 | . . 3 ."""
SHROUT_FLEISS = "9 2 5 8 | 6 1 3 2 | 8 4 6 8 | 7 1 2 6 | 10 5 6 9 | 6 2 4 7"


def printed(text: str) -> np.ndarray:
    rows = [row.split() for line in text.splitlines() for row in line.split("|") if row.strip()]
    return np.array([[np.nan if cell == "." else float(cell) for cell in row] for row in rows]).T


# Values made elsewhere.


def test_gwet_with_missing_answers():
    # R 4.2.2, irrCAC 1.0: the functions of raw ratings, from pa.coeff.raw to bp.coeff.raw
    found = chance_corrected(printed(GWET_12_BY_4), range(1, 6))
    expected = {
        "percent_agreement": (0.81818, 0.12561, 0.542),
        "gwet": (0.77544, 0.14295, 0.461),
        "fleiss": (0.76117, 0.15302, 0.424),
        "krippendorff": (0.74342, 0.14557, 0.419),
        "conger": (0.76282, 0.14917, 0.435),
        "brennan_prediger": (0.77273, 0.14472, 0.454),
    }
    for name, (value, se, low) in expected.items():
        one = getattr(found, name)
        assert (one.value, one.se) == pytest.approx((value, se), abs=1e-5), name
        assert (one.low, one.high) == (pytest.approx(low, abs=6e-4), 1), name


def test_krippendorff_canonical():
    # Krippendorff (2011) prints .743, .815, .849, .797; digits from R irr 0.84.1
    values = {
        "nominal": 0.743421052632,
        "ordinal": 0.815387503755,
        "interval": 0.849107142857,
        "ratio": 0.797402774712,
    }
    for measurement, value in values.items():
        found = krippendorff_alpha(printed(GWET_12_BY_4), range(1, 6), measurement)
        assert found.value == pytest.approx(value, abs=1e-10)
        assert found.items == 11


def test_icc_of_shrout_and_fleiss():
    # Shrout & Fleiss (1979), table 4 and text; digits and intervals from R psych 2.2.9 ICC and irr 0.84.1 icc
    found = icc(printed(SHROUT_FLEISS))
    values = {
        "icc1_1": (0.165741768405, -0.132932324875, 0.722560062328),
        "icc2_1": (0.289763779528, 0.0187865133747, 0.761084369649),
        "icc3_1": (0.714840714841, 0.342464765034, 0.945858259955),
        "icc1_k": (0.442797133679, -0.884442155238, 0.912415420341),
        "icc2_k": (0.620050547599, 0.0711368153025, 0.927232040168),
        "icc3_k": (0.909315542377, 0.675674713816, 0.985891678169),
    }
    for form, expected in values.items():
        one = getattr(found, form)
        assert (one.value, one.low, one.high) == pytest.approx(expected, abs=1e-9)
    random = found.icc2_k
    assert (random.low_mcgraw_wong, random.high_mcgraw_wong) == pytest.approx(
        (0.0394401799214, 0.928573183377)
    )
    assert (found.icc3_1.f, found.icc3_1.df1, found.icc3_1.df2) == (pytest.approx(11.0272479564), 5, 15)


def test_kendall_w_of_ten_projects():
    # a hand-out on concordance, which prints S = 1048; digits from R irr 0.84.1 kendall
    text = """1 2 3 4 | 3 1 2 2 | 4 4 1 3 | 5 5 5 1 | 2 6 7 6 | 8 3 4 7 | 6 8 6 5 | 7 7 8 9 | 10 10 9 8 | 9 9 10 10"""
    found = kendall_w(printed(text))
    assert (found.s, found.df) == (1048, 9)
    assert (found.w, found.chi2, found.p_value) == pytest.approx(
        (0.793939393939, 28.5818181818, 0.000762080068454)
    )


def test_cohen_of_agresti():
    # Agresti (1990), marital partners' ratings; kappa and ASE from R vcd 1.4.11 Kappa
    table = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
    expected = {
        "unweighted": (0.129330254042, 0.0685985324807),
        "quadratic": (0.332045586247, 0.0972975219586),
    }
    for weighting, values in expected.items():
        found = cohen_kappa(table, range(4), weighting)
        assert (found.value, found.se) == pytest.approx(values, abs=1e-9)


def test_fleiss_of_1971():
    # Wikipedia's worked example of Fleiss' kappa, which prints .210
    counts = """0 0 0 0 14 | 0 2 6 4 2 | 0 0 3 5 6 | 0 3 9 2 0 | 2 2 8 1 1
        7 7 0 0 0 | 3 2 6 3 0 | 2 5 3 2 2 | 6 5 2 1 0 | 0 2 2 3 7"""
    found = fleiss_test(printed(counts).T, range(5))
    assert found.kappa == pytest.approx(0.209930704422, abs=1e-10)


def test_fleiss_by_diagnosis():
    # Fleiss (1971), table 1, 30 patients by 6 psychiatrists; kappas and z as R irr's kappam.fleiss(detail = TRUE)
    # prints them for its copy, `diagnoses`
    counts = """0 0 0 6 0 | 0 3 0 0 3 | 0 1 4 0 1 | 0 0 0 0 6 | 0 3 0 3 0 | 2 0 4 0 0 | 0 0 4 0 2 | 2 0 3 1 0
        2 0 0 4 0 | 0 0 0 0 6 | 1 0 0 5 0 | 1 1 0 4 0 | 0 3 3 0 0 | 1 0 0 5 0 | 0 2 0 3 1 | 0 0 5 0 1 | 3 0 0 1 2
        5 1 0 0 0 | 0 2 0 4 0 | 1 0 2 0 3 | 0 0 0 0 6 | 0 1 0 5 0 | 0 2 0 1 3 | 2 0 0 4 0 | 1 0 0 4 1 | 0 5 0 1 0
        4 0 0 0 2 | 0 2 0 4 0 | 1 0 5 0 0 | 0 0 0 0 6"""
    expected = [(0.245, 5.192), (0.245, 5.192), (0.520, 11.031), (0.471, 9.994), (0.566, 12.009)]
    found = fleiss_by_point(printed(counts).T, range(5))
    assert [(one.kappa, one.z) for one in found] == [pytest.approx(pair, abs=5e-4) for pair in expected]


# Other packages, on random ratings. Their own warnings are not ours to mend.


def random_ratings(seed: int, raters: int, items: int, points: int, missing: float) -> np.ndarray:
    """Ratings that lean to each item's own level, so that there is agreement to measure."""
    random = np.random.default_rng(seed)
    level = random.uniform(1, points, items)
    ratings = np.clip(np.round(level + random.normal(0, points / 4, (raters, items))), 1, points)
    ratings[random.random(ratings.shape) < missing] = np.nan
    return ratings


@pytest.mark.parametrize("measurement", MEASUREMENTS)
@pytest.mark.parametrize("seed", range(10))
def test_alpha_against_krippendorff(measurement, seed):
    ratings = random_ratings(seed, 3 + seed, 20, 2 + seed, 0.3)
    expected = krippendorff_package.alpha(
        reliability_data=ratings, level_of_measurement=measurement, value_domain=range(1, 3 + seed)
    )
    found = krippendorff_alpha(ratings, range(1, 3 + seed), measurement)
    assert found.value == pytest.approx(expected, abs=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("seed", range(6))
def test_family_against_irrcac(weighting, seed):
    points = 2 + seed
    ratings = random_ratings(seed, 3 + seed, 25, points, 0.25)
    ratings[:, 0], ratings[1:, 1] = np.nan, np.nan
    ratings[0, 1] = 1
    name = "identity" if weighting == "unweighted" else weighting
    theirs = irrcac_raw.CAC(pd.DataFrame(ratings[:, 1:].T), name, list(range(1, points + 1)), digits=12)
    ours = chance_corrected(ratings, range(1, points + 1), weighting)
    methods = {"fleiss": "fleiss", "conger": "conger", "gwet": "gwet", "bp": "brennan_prediger"}
    methods["krippendorff"] = "krippendorff"
    for theirs_name, ours_name in methods.items():
        expected, found = getattr(theirs, theirs_name)()["est"], getattr(ours, ours_name)
        assert found.value == pytest.approx(expected["coefficient_value"], abs=1e-9), ours_name
        assert found.se == pytest.approx(expected["se"], abs=1e-9), ours_name
        interval = pytest.approx(expected["confidence_interval"], abs=1e-9)
        assert (found.low, found.high) == interval, ours_name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("seed", range(4))
def test_two_raters_against_irrcac_and_statsmodels(weighting, seed):
    points = 2 + seed
    table = table_of(*random_ratings(seed, 2, 60, points, 0.1), range(1, points + 1))
    found = two_raters(table, range(1, points + 1), weighting)
    name = "identity" if weighting == "unweighted" else weighting
    theirs = irrcac_table.CAC(pd.DataFrame(table), name, digits=12)
    names = {
        "cohen": "cohen",
        "scott": "scott",
        "gwet": "gwet",
        "bp": "brennan_prediger",
        "pa2": "percent_agreement",
    }
    names["krippendorff"] = "krippendorff"
    for theirs_name, ours_name in names.items():
        expected, one = getattr(theirs, theirs_name)()["est"], getattr(found, ours_name)
        assert one.value == pytest.approx(expected["coefficient_value"], abs=1e-9), ours_name
        assert one.se == pytest.approx(expected["se"], abs=1e-9), ours_name
    kappa = cohens_kappa(table, weights=1 - agreement_weights(weighting, range(1, points + 1)))
    assert (found.cohen.value, found.cohen.se) == pytest.approx((kappa.kappa, kappa.std_kappa), abs=1e-12)
    test = cohen_test(table, range(1, points + 1), weighting)
    theirs = kappa.std_kappa0, kappa.z_value, kappa.pvalue_two_sided
    assert (test.se, test.z, test.p_value) == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_against_statsmodels(seed):
    ratings = random_ratings(seed, 6, 30, 5, 0)
    counts = counts_per_point(ratings, range(1, 6))
    assert fleiss_kappa(counts, range(5)).value == pytest.approx(statsmodels_fleiss(counts), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_conger_of_two_is_cohen(seed):
    ratings = random_ratings(seed, 2, 40, 4, 0)
    for weighting in WEIGHTINGS:
        cohen = cohen_kappa(table_of(*ratings, range(1, 5)), range(1, 5), weighting)
        assert conger_kappa(ratings, range(1, 5), weighting).value == pytest.approx(cohen.value, abs=1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_icc_against_pingouin(seed):
    ratings = random_ratings(seed, 2 + seed, 6 + seed, 9, 0)
    long = pd.DataFrame(ratings).reset_index().melt(id_vars="index", var_name="item", value_name="rating")
    table = pingouin.intraclass_corr(long, targets="item", raters="index", ratings="rating")
    found = icc(ratings)
    for form, (_, row) in zip(fields(found)[:6], table.iterrows(), strict=True):
        one = getattr(found, form.name)
        assert (one.value, one.f, one.p_value) == pytest.approx((row.ICC, row.F, row.pval), abs=1e-9), (
            form.name
        )
        assert (one.df1, one.df2) == (row.df1, row.df2)
        assert [one.low, one.high] == pytest.approx(list(row.CI95), abs=0.00501), form.name


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(5))
def test_w_against_pingouin_and_scipy(seed):
    ratings = random_ratings(seed, 4 + seed, 8, 4, 0)
    found = kendall_w(ratings)
    long = pd.DataFrame(ratings).reset_index().melt(id_vars="index", var_name="item", value_name="rating")
    table = pingouin.friedman(long, dv="rating", within="item", subject="index")
    assert found.w == pytest.approx(table["W"].iloc[0], abs=1e-12)
    assert (found.chi2, found.p_value) == pytest.approx(tuple(friedmanchisquare(*ratings.T)), abs=1e-12)
    rho = spearmanr(rankdata(ratings, axis=1), axis=1).statistic
    assert found.mean_spearman == pytest.approx(rho[np.triu_indices(len(rho), 1)].mean(), abs=1e-12)
