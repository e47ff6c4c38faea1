from __future__ import annotations

import json
from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from delphi.scoring.exact import Undefined
from delphi.scoring.ranking import (
    Kemeny,
    best_worst,
    borda,
    condorcet_winner,
    kemeny,
    mean_ranks,
    pairwise_wins,
)

CASES = Path(__file__).parents[3] / "shared" / "reference" / "stats_cases" / "rank_aggregation.json"

# The capital of Tennessee, https://en.wikipedia.org/wiki/Kemeny-Young_method: its four cities in the order
# Memphis, Nashville, Chattanooga, Knoxville.
TENNESSEE = [[1, 2, 3, 4], [4, 1, 2, 3], [4, 3, 1, 2], [4, 3, 2, 1]]
VOTERS = [42, 26, 15, 17]

rankings = arrays(float, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=st.integers(1, 5))


def test_the_capital_of_tennessee() -> None:
    assert mean_ranks(TENNESSEE, VOTERS).scores == pytest.approx((2.74, 2.06, 2.27, 2.93))
    assert borda(TENNESSEE, VOTERS).scores == (126, 194, 173, 107)
    assert borda(TENNESSEE, VOTERS).order == (1, 2, 0, 3)
    assert kemeny(TENNESSEE, VOTERS) == Kemeny((1, 2, 3, 0), 393, 1)
    assert condorcet_winner(TENNESSEE, VOTERS) == 1
    assert pairwise_wins(TENNESSEE, VOTERS)[1].tolist() == [58, 0, 68, 68]


@pytest.mark.skipif(not CASES.exists(), reason="the reference cases are not beside the repository")
def test_the_reference_case() -> None:
    (case,) = json.loads(CASES.read_text())
    names, profile = case["input"]["candidates"], case["input"]["profile"]
    ranks = [[one["ranking"].index(name) + 1 for name in names] for one in profile]
    weights = [one["weight"] for one in profile]
    expected = case["expected"]
    found = kemeny(ranks, weights)
    assert [names[place] for place in found.order] == expected["kemeny_order"]
    assert found.score == expected["kemeny_score"]
    assert [names[place] for place in borda(ranks, weights).order] == expected["borda_order"]
    assert dict(zip(names, mean_ranks(ranks, weights).scores, strict=True)) == pytest.approx(
        expected["mean_rank"]
    )
    assert pairwise_wins(ranks, weights).tolist() == expected["pairwise_wins"]


def _agreement(wins: np.ndarray, order: tuple[int, ...]) -> float:
    return float(sum(wins[a, b] for i, a in enumerate(order) for b in order[i + 1 :]))


@given(rankings)
def test_kemeny_is_the_best_of_all_orders(ranks: np.ndarray) -> None:
    wins = pairwise_wins(ranks)
    scores = {order: _agreement(wins, order) for order in permutations(range(ranks.shape[1]))}
    found = kemeny(ranks)
    assert found.score == max(scores.values()) == scores[found.order]
    equals = [order for order, score in scores.items() if score == found.score]
    assert (found.order, found.equals) == (min(equals), len(equals))


@given(rankings)
def test_ties_share_their_places_and_nothing_is_lost(ranks: np.ndarray) -> None:
    judges, count = ranks.shape
    assert sum(mean_ranks(ranks).scores) == pytest.approx(count * (count + 1) / 2)
    assert sum(borda(ranks).scores) == pytest.approx(judges * count * (count - 1) / 2)


@given(rankings, st.randoms())
def test_the_order_of_judges_does_not_matter(ranks: np.ndarray, random: object) -> None:
    shuffled = ranks[np.random.default_rng(0).permutation(len(ranks))]
    assert kemeny(ranks) == kemeny(shuffled)
    assert borda(ranks).scores == pytest.approx(borda(shuffled).scores)


def test_the_unranked_share_the_places_left() -> None:
    assert mean_ranks([[1, np.nan, np.nan]]).scores == (1, 2.5, 2.5)
    assert borda([[np.nan, 1, np.nan]]).scores == (0.5, 2, 0.5)


def test_borda_of_those_who_rank_a_few() -> None:
    ballots = [[1, 2, np.nan, np.nan], [np.nan, np.nan, 1, np.nan]]
    assert borda(ballots).scores == (4, 3, 3.5, 1.5)
    assert borda(ballots, last=1).scores == (6, 5, 5.5, 3.5)
    # Emerson (2013): who votes for m options gives the first of them m points
    assert borda(ballots, unranked="modified", last=1).scores == (2, 1, 1, 0)
    assert borda([[1, 1, np.nan]], unranked="modified", last=1).scores == (1.5, 1.5, 0)
    assert borda(TENNESSEE, VOTERS, unranked="modified") == borda(TENNESSEE, VOTERS)
    with pytest.raises(ValueError, match="lost"):
        borda(ballots, unranked="lost")  # type: ignore[arg-type]


@pytest.mark.parametrize("statistic", [mean_ranks, borda, kemeny])
def test_without_rankings_nothing_is_defined(statistic: object) -> None:
    assert statistic([[np.nan, np.nan]]) == Undefined("no_rankings")  # type: ignore[operator]


def test_kemeny_stops_at_fifteen() -> None:
    assert isinstance(kemeny([list(range(1, 17))]), Undefined)
    assert kemeny([list(range(1, 16))]) == Kemeny(tuple(range(15)), 105, 1)
    assert kemeny([[1] * 15]) == Kemeny(tuple(range(15)), 0, factorial(15))


def test_weights_must_fit() -> None:
    for weights in ([1, 1], [-1], [np.nan]):
        with pytest.raises(ValueError, match="weight"):
            borda([[1, 2]], weights)


def test_best_worst_counts() -> None:
    found = best_worst(best=[0, 0, np.nan], worst=[1, 2, 1], shown=[[1, 1, 0], [1, 1, 1], [0, 1, 0]])
    assert (found.best, found.worst, found.shown) == ((2, 0, 0), (0, 2, 1), (2, 3, 1))
    assert found.score == (1.0, pytest.approx(-2 / 3), -1.0)
    with pytest.raises(ValueError, match="offered"):
        best_worst([2], [0], [[1, 1, 0]])
    with pytest.raises(ValueError, match="offered"):
        best_worst([0.5], [0], [[1, 1, 0]])
    with pytest.raises(ValueError, match="each task"):
        best_worst([0, 1], [1], [[1, 1, 0]])
