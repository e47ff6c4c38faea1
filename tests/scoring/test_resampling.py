"""Verdicts under resampled raters: exactly the engine's, and the bootstrap they make up."""

import numpy as np
import pytest

from delphi.scoring.catalogue import STATISTICS
from delphi.scoring.engine import judge
from delphi.scoring.resampling import strata, stratified_weights, verdict_stability
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.vectorised import VERDICTS, VectorisedRound, judge_items
from tests.scoring.building import bands, one_rule
from tests.scoring.random_rounds import all_presets, random_protocol, random_round


def by_engine(protocol, ratings, weights=None):
    return [judgement.verdict for judgement in judge(protocol, ratings.item_ratings(weights))]


def same_as_engine(protocol, ratings, random, resamples=6):
    weights = stratified_weights(strata(ratings), resamples, random)
    found = VectorisedRound(protocol, ratings).verdicts(weights)
    for row, drawn in zip(found.tolist(), weights, strict=True):
        assert [VERDICTS[code] for code in row] == by_engine(protocol, ratings, drawn.astype(int))
    assert judge_items(protocol, ratings.item_ratings()) == by_engine(protocol, ratings)


@pytest.mark.parametrize("seed", range(60))
def test_random_protocols_are_judged_as_the_engine_judges(seed):
    random = np.random.default_rng(seed)
    protocol = random_protocol(random)
    same_as_engine(protocol, random_round(random, protocol, partly=seed % 3 > 0), random)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_every_statistic_of_the_catalogue_can_be_resampled(statistic):
    random = np.random.default_rng(len(statistic))
    for _ in range(12):
        protocol = random_protocol(random, criteria=1, names=[statistic, "percent_low"])
        same_as_engine(protocol, random_round(random, protocol, raters=9), random, resamples=4)


@pytest.mark.parametrize(("name", "protocol"), all_presets().items())
def test_every_preset(name, protocol):
    random = np.random.default_rng(5)
    for partly in (True, False):
        ratings = random_round(random, protocol, raters=45, items=8, partly=partly)
        same_as_engine(protocol, ratings, random)


def spread_round(protocol, raters=40, items=12, seed=3):
    return random_round(np.random.default_rng(seed), protocol, raters, items, partly=False)


@pytest.mark.parametrize("name", ["comet_70_15", "apmo", "rand_ucla_ipras"])
def test_the_bootstrap_counts_the_engine_s_verdicts(name):
    protocol = all_presets()[name]
    ratings = spread_round(protocol)
    weights = stratified_weights(strata(ratings), 30, np.random.default_rng(8))
    verdicts = [by_engine(protocol, ratings, row.astype(int)) for row in weights]
    found = verdict_stability(protocol, ratings, seed=8, resamples=30)
    for column, item in enumerate(found):
        own = [row[column] for row in verdicts]
        assert item.verdict == by_engine(protocol, ratings)[column]
        assert item.probability == own.count(item.verdict) / 30
        assert item.distribution == {verdict: own.count(verdict) / 30 for verdict in set(own)}


def test_a_seed_reproduces_and_another_differs():
    protocol = all_presets()["agreement_75"]
    ratings = spread_round(protocol)
    once, again, other = (verdict_stability(protocol, ratings, seed=s, resamples=200) for s in (1, 1, 2))
    assert once == again
    assert once != other


def test_the_share_follows_the_binomial():
    from scipy.stats import binom

    rules = one_rule('{ statistic = "percent_high", at_least = 70 }')
    ratings = RoundRatings(("A",), {"importance": np.array([bands(20, 3, 15)]).T})
    (item,) = verdict_stability(rules, ratings, seed=11, resamples=20000)
    expected = binom.sf(13, 20, 15 / 20)
    assert item.probability == pytest.approx(expected, abs=4 * item.standard_error)
    assert sum(item.distribution.values()) == pytest.approx(1)


def test_the_order_of_raters_changes_nothing_but_the_draw():
    protocol = all_presets()["comet_70_15"]
    ratings = spread_round(protocol, raters=60)
    order = np.random.default_rng(0).permutation(ratings.raters)
    moved = RoundRatings(
        ratings.items,
        {key: values[order] for key, values in ratings.values.items()},
        {name: mask[order] for name, mask in ratings.panels.items()},
    )
    pairs = zip(
        verdict_stability(protocol, ratings, seed=1, resamples=4000),
        verdict_stability(protocol, moved, seed=2, resamples=4000),
        strict=True,
    )
    for one, other in pairs:
        assert one.verdict == other.verdict
        assert one.probability == pytest.approx(other.probability, abs=0.06)


def test_strata_are_the_exact_sets_of_panels_and_keep_their_size():
    panels = {"W": np.array([1, 1, 0, 0, 1, 0], bool), "C": np.array([0, 1, 1, 0, 1, 0], bool)}
    ratings = RoundRatings(("A",), {"importance": np.ones((6, 1))}, panels)
    groups = strata(ratings)
    assert [sorted(np.flatnonzero(groups == group).tolist()) for group in sorted(set(groups.tolist()))] == [
        [3, 5],
        [2],
        [0],
        [1, 4],
    ]
    weights = stratified_weights(groups, 50, np.random.default_rng(4))
    assert (weights[:, [0, 2]] == 1).all()
    assert (weights[:, [3, 5]].sum(axis=1) == 2).all()
    assert set(weights[:, 1].tolist()) == {0, 1, 2}


def test_rows_are_kept_whole():
    """Two items rated alike by everybody have the same verdict in every resample."""
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }')
    column = np.array(bands(20, 4, 14))
    ratings = RoundRatings(("A", "B"), {"importance": np.column_stack([column, column])})
    weights = stratified_weights(strata(ratings), 500, np.random.default_rng(4))
    found = VectorisedRound(rules, ratings).verdicts(weights)
    assert (found[:, 0] == found[:, 1]).all()
    assert len(set(found[:, 0].tolist())) == 2


def test_progress_reaches_the_end():
    calls = []
    ratings = RoundRatings(tuple(map(str, range(3000))), {"importance": np.full((4, 3000), 8.0)})
    rules = one_rule('{ statistic = "median", at_least = 7 }')
    found = verdict_stability(
        rules, ratings, seed=1, resamples=200, progress=lambda *call: calls.append(call)
    )
    assert [total for _, total in calls] == [200] * len(calls)
    assert len(calls) > 1
    assert calls[-1][0] == 200
    assert {item.probability for item in found} == {1.0}


def test_nobody_rated_and_one_rater():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }')
    ratings = RoundRatings(("A", "B"), {"importance": np.array([[8.0, np.nan]])})
    promoted, nothing = verdict_stability(rules, ratings, seed=1, resamples=10)
    assert (promoted.verdict, promoted.probability) == (Verdict.PROMOTE, 1.0)
    assert (nothing.verdict, nothing.probability) == (Verdict.INSUFFICIENT, 1.0)
    empty = RoundRatings(("A",), {"importance": np.empty((0, 1))})
    assert verdict_stability(rules, empty, seed=1, resamples=3)[0].verdict == Verdict.INSUFFICIENT


def test_a_criterion_without_values_is_answered_by_nobody():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }')
    ratings = RoundRatings(("A",), {"clarity": np.ones((3, 1))})
    assert verdict_stability(rules, ratings, seed=1, resamples=3)[0].verdict == Verdict.INSUFFICIENT


def test_what_is_refused():
    rules = one_rule('{ statistic = "percent_high", at_least = 70 }')
    off = RoundRatings(("A",), {"importance": np.array([[10.0]])})
    with pytest.raises(ValueError, match="not a point"):
        verdict_stability(rules, off, seed=1)
    with pytest.raises(ValueError, match="one resample"):
        verdict_stability(rules, off, seed=1, resamples=0)
    with pytest.raises(ValueError, match="one row a rater"):
        RoundRatings(("A", "B"), {"importance": np.ones((3, 1))})
    with pytest.raises(ValueError, match="one truth"):
        RoundRatings(("A",), {"importance": np.ones((3, 1))}, {"W": np.ones(2, bool)})
    with pytest.raises(ValueError, match="not put"):
        RoundRatings(("A",), {"importance": np.ones((3, 1))}, asked=np.zeros((3, 1), bool))
