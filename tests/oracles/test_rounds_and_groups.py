"""Rounds and groups against values made elsewhere, and against scipy and statsmodels on random ratings.

R: 4.2.2 (stats, coin 1.4.2, effsize 0.8.1). scipy 1.12, statsmodels 0.15.
"""

import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.contingency_tables import SquareTable, mcnemar as statsmodels_mcnemar
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests

from delphi.scoring.groups import cliffs_delta, kruskal_wallis, mann_whitney, pairwise
from delphi.scoring.multiplicity import adjust
from delphi.scoring.paired import (
    bowker,
    kendall_tau_b,
    mcnemar,
    quadratic_kappa,
    spearman,
    stuart_maxwell,
    transitions,
    wilcoxon,
)
from delphi.scoring.polarisation import ordinal_distance

SHARED = Path(__file__).parents[3] / "shared"
TRAUMA = SHARED / "data" / "trauma_audit_filters"

ALTERNATIVES = ("two-sided", "greater", "less")
ADJUSTED_IN_STATSMODELS = {"bh": "fdr_bh", "by": "fdr_by", "holm": "holm", "bonferroni": "bonferroni"}


def test_depression_scores_of_hollander_and_wolfe():
    # Hollander & Wolfe (1973) p. 29, as printed by R's help page of wilcox.test: V = 40, p = 0.01953.
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    found = wilcoxon(before, after, alternative="greater")
    assert (found.v, found.p_value) == (40, 0.01953125)


def test_vision_of_stuart():
    # Stuart (1953), vcd::VisualAcuity; Bowker and Stuart-Maxwell by R 4.2.2 and coin.
    table = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    assert bowker(table).chi2 == pytest.approx(19.1065502153)
    assert stuart_maxwell(table).chi2 == pytest.approx(11.956569623)


def test_approval_of_agresti():
    # Agresti (1990) p. 350; R's mcnemar.test.
    found = mcnemar([[794, 150], [86, 570]])
    assert found.chi2 == pytest.approx(17.3559322034)
    assert found.chi2_corrected == pytest.approx(16.8177966102)
    assert found.p_exact == pytest.approx(3.71593613957e-05)


def test_permeability_of_hollander_and_wolfe():
    # Hollander & Wolfe (1973) p. 69, R's help page of wilcox.test.
    x = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    y = [1.15, 0.88, 0.90, 0.74, 1.21]
    found = mann_whitney(x, y, alternative="greater")
    assert (found.u, found.method) == (35, "exact")
    assert found.p_value == pytest.approx(0.127206127206)


def test_interval_of_cliffs_delta():
    # R: effsize 0.8.1, example of its help page.
    found = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    assert (found.delta, found.low, found.high) == pytest.approx((-0.25, -0.72658458889, 0.389006190199))


def test_benjamini_and_hochbergs_own_example():
    # Benjamini & Hochberg (1995), section 3.2: four rejected at .05, three by Bonferroni.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719]
    p += [0.6528, 0.759, 1]
    assert sum(one <= 0.05 for one in adjust(p, "bh")) == 4
    assert sum(one <= 0.05 for one in adjust(p, "bonferroni")) == 3


def test_trauma_audit_filters_by_origin():
    if not TRAUMA.exists():
        pytest.skip("the trauma audit filter ratings are not beside the repository")
    expected = json.loads((TRAUMA / "expected.json").read_text(encoding="utf-8"))["computed_R_4.2.2"]
    groups = defaultdict(list)
    with (TRAUMA / "scores.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups[row["group"]].append(float(row["score"]))
    overall = kruskal_wallis(list(groups.values()))
    assert overall.h == pytest.approx(expected["kruskal"]["H"])
    assert overall.p_value == pytest.approx(expected["kruskal"]["p"])
    found = {frozenset((pair.first, pair.second)): pair for pair in pairwise(groups, method="normal")}
    for name, p in expected["pairwise_rank_sum_normal_cc"].items():
        pair = found[frozenset(name.split("_vs_"))]
        assert pair.test.p_value == pytest.approx(p, rel=1e-9)
        assert pair.adjusted == pytest.approx(expected["pairwise_BH"][name], rel=1e-9)


def two_rounds(random, n, points=9):
    """Related answers with ties, zeros and gaps."""
    earlier = random.integers(1, points + 1, n).astype(float)
    later = np.clip(earlier + random.integers(-2, 3, n), 1, points)
    earlier[random.random(n) < 0.1] = np.nan
    later[random.random(n) < 0.1] = np.nan
    return earlier, later


def both(x, y):
    kept = ~np.isnan(x) & ~np.isnan(y)
    return x[kept], y[kept]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("zeros", ["drop", "pratt"])
def test_wilcoxon_by_the_normal_approximation_as_in_scipy(seed, zeros):
    x, y = two_rounds(np.random.default_rng(seed), 60)
    method = {"drop": "wilcox", "pratt": "pratt"}[zeros]
    for alternative in ALTERNATIVES:
        theirs = scipy.stats.wilcoxon(
            *both(x, y), zero_method=method, correction=True, alternative=alternative, method="approx"
        )
        ours = wilcoxon(x, y, zeros=zeros, alternative=alternative, method="normal")
        assert ours.p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("seed", range(20))
def test_exact_wilcoxon_without_ties_as_in_scipy(seed):
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(2, 20))
    for alternative in ALTERNATIVES:
        theirs = scipy.stats.wilcoxon(x, y, alternative=alternative, method="exact")
        assert wilcoxon(x, y, alternative=alternative).p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("zeros", ["drop", "pratt"])
def test_exact_wilcoxon_with_ties_is_the_enumeration_of_all_signs(seed, zeros):
    x, y = two_rounds(np.random.default_rng(seed), 12)
    differences = np.subtract(*both(x, y))
    ranked = differences if zeros == "pratt" else differences[differences != 0]
    ranks = scipy.stats.rankdata(np.abs(ranked))[ranked != 0]
    signs = (np.arange(2 ** len(ranks))[:, None] >> np.arange(len(ranks))) & 1
    sums, v = signs @ ranks, ranks[ranked[ranked != 0] > 0].sum()
    upper, lower = np.mean(sums >= v), np.mean(sums <= v)
    assert wilcoxon(x, y, zeros=zeros, alternative="greater").p_value == pytest.approx(upper)
    assert wilcoxon(x, y, zeros=zeros, alternative="less").p_value == pytest.approx(lower)
    assert wilcoxon(x, y, zeros=zeros).p_value == pytest.approx(min(1, 2 * min(upper, lower)))
    assert wilcoxon(x, y, zeros=zeros).v == v


@pytest.mark.parametrize("seed", range(20))
def test_tables_as_in_statsmodels(seed):
    random = np.random.default_rng(seed)
    table = random.integers(1, 30, (4, 4))
    theirs = SquareTable(table.astype(float), shift_zeros=False)
    assert bowker(table).chi2 == pytest.approx(theirs.symmetry().statistic)
    assert bowker(table).p_value == pytest.approx(theirs.symmetry().pvalue)
    margins = theirs.homogeneity("stuart_maxwell")
    found = stuart_maxwell(table)
    assert (found.chi2, found.df) == (pytest.approx(margins.statistic), margins.df)
    small = random.integers(1, 15, (2, 2))
    assert mcnemar(small).p_exact == pytest.approx(statsmodels_mcnemar(small, exact=True).pvalue)
    plain = statsmodels_mcnemar(small, exact=False, correction=False)
    assert mcnemar(small).chi2 == pytest.approx(plain.statistic)


@pytest.mark.parametrize("seed", range(20))
def test_correlations_as_in_scipy(seed):
    x, y = two_rounds(np.random.default_rng(seed), 40)
    rho, tau = scipy.stats.spearmanr(*both(x, y)), scipy.stats.kendalltau(*both(x, y))
    assert (spearman(x, y).value, spearman(x, y).p_value) == pytest.approx((rho.statistic, rho.pvalue))
    found = kendall_tau_b(x, y)
    assert (found.value, found.p_value) == pytest.approx((tau.statistic, tau.pvalue))
    a, b = both(x, y)
    order_x, order_y = (np.sign(v[:, None] - v[None, :]) for v in (a, b))
    by_definition = (order_x * order_y).sum() / np.sqrt((order_x**2).sum() * (order_y**2).sum())
    assert found.value == pytest.approx(by_definition)


@pytest.mark.parametrize("seed", range(20))
def test_quadratic_kappa_as_in_statsmodels(seed):
    x, y = two_rounds(np.random.default_rng(seed), 40)
    theirs = cohens_kappa(transitions(x, y, 9), wt="quadratic").kappa
    assert quadratic_kappa(x, y) == pytest.approx(theirs)


@pytest.mark.parametrize("seed", range(20))
def test_mann_whitney_as_in_scipy(seed):
    random = np.random.default_rng(seed)
    x, y = random.integers(1, 10, 70), random.integers(2, 10, 50)
    smooth_x, smooth_y = random.normal(size=12), random.normal(0.5, size=9)
    for alternative in ALTERNATIVES:
        theirs = scipy.stats.mannwhitneyu(x, y, alternative=alternative, method="asymptotic")
        ours = mann_whitney(x, y, alternative=alternative)
        assert (ours.u, ours.method) == (theirs.statistic, "normal")
        assert ours.p_value == pytest.approx(theirs.pvalue)
        theirs = scipy.stats.mannwhitneyu(smooth_x, smooth_y, alternative=alternative, method="exact")
        assert mann_whitney(smooth_x, smooth_y, alternative=alternative).p_value == pytest.approx(
            theirs.pvalue
        )


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("sizes", [(5, 6), (6, 4)])
def test_exact_mann_whitney_with_ties_is_the_enumeration_of_all_deals(seed, sizes):
    random = np.random.default_rng(seed)
    x, y = (random.integers(1, 6, size).astype(float) for size in sizes)
    for alternative in ALTERNATIVES:
        theirs = scipy.stats.permutation_test(
            (x, y),
            lambda a, b: scipy.stats.rankdata(np.concatenate([a, b]))[: len(a)].sum(),
            alternative=alternative,
            n_resamples=np.inf,
        )
        assert mann_whitney(x, y, alternative=alternative, method="exact").p_value == pytest.approx(
            theirs.pvalue
        )


@pytest.mark.parametrize("seed", range(20))
def test_kruskal_wallis_as_in_scipy(seed):
    random = np.random.default_rng(seed)
    groups = [random.integers(1, 8, size) for size in (12, 7, 20)]
    theirs, ours = scipy.stats.kruskal(*groups), kruskal_wallis(groups)
    assert (ours.h, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.parametrize("method", ADJUSTED_IN_STATSMODELS)
def test_adjusted_as_in_statsmodels(method):
    for seed in range(20):
        p = np.random.default_rng(seed).random(31) ** 3
        theirs = multipletests(p, method=ADJUSTED_IN_STATSMODELS[method])[1]
        assert adjust(p.tolist(), method) == pytest.approx(theirs.tolist())


@pytest.mark.parametrize("seed", range(10))
def test_wilcoxon_and_mann_whitney_without_continuity_as_in_scipy(seed):
    x, y = two_rounds(np.random.default_rng(seed), 80, points=4)
    for alternative in ALTERNATIVES:
        theirs = scipy.stats.wilcoxon(*both(x, y), correction=False, alternative=alternative, method="approx")
        ours = wilcoxon(x, y, alternative=alternative, method="normal", continuity=False)
        assert ours.p_value == pytest.approx(theirs.pvalue)
        theirs = scipy.stats.mannwhitneyu(
            *(v[~np.isnan(v)] for v in (x, y)),
            use_continuity=False,
            alternative=alternative,
            method="asymptotic",
        )
        ours = mann_whitney(x, y, alternative=alternative, method="normal", continuity=False)
        assert ours.p_value == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("seed", range(10))
def test_points_nobody_used_leave_the_tables_as_in_statsmodels(seed):
    random = np.random.default_rng(seed)
    used = random.integers(1, 15, (3, 3))
    table = np.zeros((9, 9), int)
    table[np.ix_([1, 4, 7], [1, 4, 7])] = used
    theirs = SquareTable(used.astype(float), shift_zeros=False)
    margins = theirs.homogeneity("stuart_maxwell")
    assert bowker(table).p_value == pytest.approx(theirs.symmetry().pvalue)
    assert (stuart_maxwell(table).chi2, stuart_maxwell(table).df) == (pytest.approx(margins.statistic), 2)


@pytest.mark.parametrize(("b", "c"), [(3, 11), (0, 6), (20, 9)])
def test_corrected_mcnemar_as_in_statsmodels(b, c):
    theirs = statsmodels_mcnemar([[5, b], [c, 5]], exact=False, correction=True)
    found = mcnemar([[5, b], [c, 5]])
    assert (found.chi2_corrected, found.p_corrected) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.parametrize("seed", range(10))
def test_kruskal_wallis_with_gaps_and_heavy_ties_as_in_scipy(seed):
    random = np.random.default_rng(seed)
    groups = [random.choice([1.0, 5, 9, np.nan], size) for size in (15, 6, 30, 9)]
    theirs, ours = scipy.stats.kruskal(*(g[~np.isnan(g)] for g in groups)), kruskal_wallis([*groups, []])
    assert (ours.h, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.parametrize("method", ["bh", "by"])
def test_false_discovery_with_ties_as_in_scipy(method):
    for seed in range(10):
        p = np.random.default_rng(seed).choice([0, 0.001, 0.01, 0.04, 0.05, 0.3, 1], 20)
        theirs = scipy.stats.false_discovery_control(p, method=method)
        assert adjust(p.tolist(), method) == pytest.approx(theirs.tolist())


@pytest.mark.parametrize("seed", range(10))
def test_distance_of_two_panels_is_the_earth_movers_as_in_scipy(seed):
    one, other = np.random.default_rng(seed).multinomial(20, np.full(9, 1 / 9), 2)
    theirs = scipy.stats.wasserstein_distance(range(9), range(9), one, other)
    assert float(ordinal_distance(one.tolist(), other.tolist())) == pytest.approx(theirs / 8)
