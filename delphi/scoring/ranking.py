"""One order out of many: mean rank, Borda, Kemeny, and best-worst counts.

A ranking is a row of ranks, 1 = best, one column a candidate; NaN = left unranked. Equal ranks are ties. Unranked
candidates stand, tied, behind all ranked ones ("average" handling: they share the mean of the places left).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import Undefined

MOST_FOR_EXACT_KEMENY: Final = 15
NO_RANKINGS: Final = Undefined("no_rankings")
TOO_MANY_CANDIDATES: Final = Undefined("too_many_candidates")

Ranks = NDArray[np.float64]
Unranked = Literal["average", "modified"]


@dataclass(frozen=True)
class Aggregate:
    """A score for each candidate, and the candidates' places from best to worst; equal scores keep column order."""

    scores: tuple[float, ...]
    order: tuple[int, ...]


@dataclass(frozen=True)
class Kemeny:
    """The order that agrees with most pairwise preferences; `score` is how many (weighted) it agrees with.

    `equals`: how many orders reach that score, 1 when the order is the only one.
    """

    order: tuple[int, ...]
    score: float
    equals: int


@dataclass(frozen=True)
class BestWorst:
    """Counts of best-worst scaling: `score` is (best - worst) / shown, None for a candidate never shown."""

    best: tuple[int, ...]
    worst: tuple[int, ...]
    shown: tuple[int, ...]
    score: tuple[float | None, ...]


def mean_ranks(rankings: ArrayLike, weights: ArrayLike | None = None) -> Aggregate | Undefined:
    """The weighted mean place of each candidate, ties sharing the mean of their places; low is best.

    rankings: judges x candidates, NaN = unranked. weights: one a judge (how many voted so), 1 when left out.
    Judges who ranked nothing do not count. Undefined("no_rankings") without a judge who ranked anything.
    ValueError for weights that are negative or not one a judge.
    """
    given, shares = _ballots(rankings, weights)
    if not len(given):
        return NO_RANKINGS
    means = shares @ _places(given) / shares.sum()
    return Aggregate(tuple(means.tolist()), _order(means))


def borda(
    rankings: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    unranked: Unranked = "average",
    last: float = 0,
) -> Aggregate | Undefined:
    """Borda counts: a candidate gets `last` points for the last place, one more for each place before it.

    So with n candidates the first has n - 1 points, or n with last=1, as Borda had it. Tied candidates share the
    mean of the points of their places. unranked "average": those a judge left out share what is left, so every
    judge hands out as many points. "modified": who ranks r candidates gives the first of them r - 1 + last
    points, and the others 0, so that saying less weighs less; with last=1 this is Emerson's count.

    rankings, weights, undefined results and errors as in `mean_ranks`; ValueError for another `unranked`.
    Source: Borda 1781; Emerson P, Soc Choice Welf 2013;40:353-358.
    """
    if unranked not in ("average", "modified"):
        raise ValueError(f"unranked {unranked!r} is neither 'average' nor 'modified'")
    given, shares = _ballots(rankings, weights)
    if not len(given):
        return NO_RANKINGS
    ranked = ~np.isnan(given) | (unranked == "average")
    points = np.where(ranked, ranked.sum(axis=1, keepdims=True) - _places(given) + last, 0)
    totals = shares @ points
    return Aggregate(tuple(totals.tolist()), _order(-totals))


def pairwise_wins(rankings: ArrayLike, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Candidates x candidates: the weight of the judges who place the row before the column.

    Ties count for neither; unranked candidates are tied behind all ranked ones. rankings, weights and errors as in
    `mean_ranks`; without rankings all 0.
    """
    given, shares = _ballots(rankings, weights)
    places = _places(given)
    before = places[:, :, None] < places[:, None, :]
    wins: NDArray[np.float64] = np.einsum("j,jab->ab", shares, before.astype(float))
    return wins


def condorcet_winner(rankings: ArrayLike, weights: ArrayLike | None = None) -> int | None:
    """The candidate that more judges place before than behind each other one; None when there is none.

    rankings, weights and errors as in `mean_ranks`. Source: Condorcet 1785.
    """
    wins = pairwise_wins(rankings, weights)
    beats = (wins > wins.T).sum(axis=1)
    found = np.flatnonzero(beats == len(wins) - 1)
    return int(found[0]) if len(found) and wins.any() else None


def kemeny(rankings: ArrayLike, weights: ArrayLike | None = None) -> Kemeny | Undefined:
    """The order with the greatest sum of pairwise wins from earlier to later candidates, exactly.

    Held-Karp dynamic programming over sets of candidates: the best score of ordering a set S is the max over its
    leader c of best(S - c) + sum of wins of c over S - c; time 2^n n, so for at most 15 candidates
    (Undefined("too_many_candidates") beyond). Among equally good orders the one that is smallest by column
    numbers is given, and `equals` says how many there are. rankings, weights, undefined results and errors as
    in `mean_ranks`. Source: Kemeny 1959; Young 1988.
    """
    given, _ = _ballots(rankings, weights)
    if not len(given):
        return NO_RANKINGS
    count = given.shape[1]
    if count > MOST_FOR_EXACT_KEMENY:
        return TOO_MANY_CANDIDATES
    best, leaders, ways = _best_orders(pairwise_wins(rankings, weights))
    return Kemeny(_first_best_order(leaders), float(best[-1]), ways[-1])


def best_worst(best: ArrayLike, worst: ArrayLike, shown: ArrayLike) -> BestWorst:
    """Best-worst counts from choice tasks.

    shown: tasks x candidates, true where the task offered the candidate. best, worst: the chosen column of each
    task, NaN or -1 where none was chosen. A candidate never shown has no score. ValueError when a choice was not
    on offer, or the tasks are not as many. Source: Finn & Louviere 1992.
    """
    offered = np.asarray(shown, bool)
    counts = [_chosen(choices, offered) for choices in (best, worst)]
    total = offered.sum(axis=0)
    scores = tuple(float((b - w) / n) if n else None for b, w, n in zip(*counts, total, strict=True))
    chosen, refused, seen = (tuple(map(int, one)) for one in (*counts, total))
    return BestWorst(chosen, refused, seen, scores)


def _ballots(rankings: ArrayLike, weights: ArrayLike | None) -> tuple[Ranks, Ranks]:
    """The rankings and weights of the judges who ranked anything."""
    given = np.atleast_2d(np.asarray(rankings, float))
    shares = np.ones(len(given)) if weights is None else np.asarray(weights, float)
    if shares.shape != (len(given),) or not (np.isfinite(shares) & (shares >= 0)).all():
        raise ValueError("one weight of at least 0 is needed for each ranking")
    kept = ~np.isnan(given).all(axis=1) & (shares > 0)
    return given[kept], shares[kept]


def _places(given: Ranks) -> Ranks:
    """Places from 1 up, tied candidates sharing the mean of theirs, the unranked tied behind all."""
    filled = np.where(np.isnan(given), np.inf, given)
    before = (filled[:, None, :] < filled[:, :, None]).sum(axis=2)
    level = (filled[:, None, :] == filled[:, :, None]).sum(axis=2)
    return np.asarray(before + (level + 1) / 2, dtype=np.float64)


def _order(scores: Ranks) -> tuple[int, ...]:
    return tuple(int(place) for place in np.argsort(scores, kind="stable"))


def _best_orders(wins: Ranks) -> tuple[list[float], list[list[int]], list[int]]:
    """For every set S of candidates (bit c = candidate c) ordered by itself: score, leaders, number of orders.

    The score is the greatest there is; the leaders are the candidates that can stand first without losing any of
    it.
    """
    count = len(wins)
    gains = _wins_over_sets(wins)
    best, leaders, ways = [0.0], [list[int]()], [1]
    for chosen in range(1, 1 << count):
        scores = {
            c: gains[c][chosen ^ 1 << c] + best[chosen ^ 1 << c] for c in range(count) if chosen >> c & 1
        }
        top = max(scores.values())
        first = [c for c, score in scores.items() if isclose(score, top, rel_tol=1e-9)]
        best.append(top)
        leaders.append(first)
        ways.append(sum(ways[chosen ^ 1 << c] for c in first))
    return best, leaders, ways


def _wins_over_sets(wins: Ranks) -> list[list[float]]:
    """[c][S]: the wins of candidate c over all of the set S."""
    gains = np.zeros((len(wins), 1 << len(wins)))
    for member in range(len(wins)):
        bit = 1 << member
        gains[:, bit : 2 * bit] = gains[:, :bit] + wins[:, member][:, None]
    sums: list[list[float]] = gains.tolist()
    return sums


def _first_best_order(leaders: list[list[int]]) -> tuple[int, ...]:
    """From the front: the smallest column whose lead loses nothing of the best score."""
    order: list[int] = []
    left = len(leaders) - 1
    while left:
        order.append(leaders[left][0])
        left ^= 1 << order[-1]
    return tuple(order)


def _chosen(choices: ArrayLike, offered: NDArray[np.bool_]) -> NDArray[np.int64]:
    columns = np.asarray(choices, float)
    if columns.shape != offered.shape[:1]:
        raise ValueError("each task has one choice of best and one of worst, or none")
    tasks = np.flatnonzero(~np.isnan(columns) & (columns >= 0))
    picked = columns[tasks].astype(int)
    if (
        (picked != columns[tasks]).any()
        or (picked >= offered.shape[1]).any()
        or not offered[tasks, picked].all()
    ):
        raise ValueError("a task's choice was not among what it offered")
    return np.bincount(picked, minlength=offered.shape[1])
