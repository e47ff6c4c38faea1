"""One order out of many: mean rank, Borda, Kemeny, and best-worst counts.

A ranking is a row of ranks, 1 = best, one column a candidate; NaN = left unranked. Equal ranks are ties. Unranked
candidates stand, tied, behind all ranked ones ("average" handling: they share the mean of the places left).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from delphi.scoring.exact import Undefined

MOST_FOR_EXACT_KEMENY: Final = 15
NO_RANKINGS: Final = Undefined("no_rankings")
TOO_MANY_CANDIDATES: Final = Undefined("too_many_candidates")

Ranks = NDArray[np.float64]


@dataclass(frozen=True)
class Aggregate:
    """A score for each candidate, and the candidates' places from best to worst; equal scores keep column order."""

    scores: tuple[float, ...]
    order: tuple[int, ...]


@dataclass(frozen=True)
class Kemeny:
    """The order that agrees with most pairwise preferences; `score` is how many (weighted) it agrees with."""

    order: tuple[int, ...]
    score: float


@dataclass(frozen=True)
class BestWorst:
    """Counts of best-worst scaling: `score` is (best - worst) / shown, None for a candidate never shown."""

    best: tuple[int, ...]
    worst: tuple[int, ...]
    shown: tuple[int, ...]
    score: tuple[float | None, ...]


def mean_ranks(rankings: ArrayLike, weights: ArrayLike | None = None) -> Aggregate | Undefined:
    """The weighted mean place of each candidate, ties sharing the mean of their places; low is best.

    rankings: judges x candidates. weights: one a judge (how many voted so), 1 when left out.
    Undefined("no_rankings") without a judge who ranked anything.
    """
    ranks, shares = _complete(rankings, weights)
    if not len(ranks):
        return NO_RANKINGS
    means = shares @ ranks / shares.sum()
    return Aggregate(tuple(means.tolist()), _order(means))


def borda(rankings: ArrayLike, weights: ArrayLike | None = None) -> Aggregate | Undefined:
    """Borda counts: with n candidates, n - 1 points for the first place down to 0 for the last.

    Tied candidates share the mean of the points of their places, and so do those left unranked ("average Borda").
    rankings, weights and undefined results as in `mean_ranks`. Source: Borda 1781.
    """
    ranks, shares = _complete(rankings, weights)
    if not len(ranks):
        return NO_RANKINGS
    points = shares @ (ranks.shape[1] - ranks)
    return Aggregate(tuple(points.tolist()), _order(-points))


def pairwise_wins(rankings: ArrayLike, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Candidates x candidates: the weight of the judges who place the row before the column. Ties count for neither."""
    ranks, shares = _complete(rankings, weights)
    if not len(ranks):
        count = np.asarray(rankings, float).shape[-1]
        return np.zeros((count, count))
    before = ranks[:, :, None] < ranks[:, None, :]
    wins: NDArray[np.float64] = np.einsum("j,jab->ab", shares, before.astype(float))
    return wins


def condorcet_winner(rankings: ArrayLike, weights: ArrayLike | None = None) -> int | None:
    """The candidate that more judges place before than behind each other one; None when there is none."""
    wins = pairwise_wins(rankings, weights)
    beats = (wins > wins.T).sum(axis=1)
    found = np.flatnonzero(beats == len(wins) - 1)
    return int(found[0]) if len(found) and wins.any() else None


def kemeny(rankings: ArrayLike, weights: ArrayLike | None = None) -> Kemeny | Undefined:
    """The order with the greatest sum of pairwise wins from earlier to later candidates, exactly.

    Held-Karp dynamic programming over sets of candidates: the best score of a set S as the front of the order is
    max over the last candidate c of best(S - c) + sum of wins of S - c over c; time 2^n n, so for at most 15
    candidates (Undefined("too_many_candidates") beyond). Among equally good orders the one that is smallest by
    column numbers is given. rankings and weights as in `mean_ranks`. Source: Kemeny 1959; Young 1988.
    """
    ranks, _ = _complete(rankings, weights)
    if not len(ranks):
        return NO_RANKINGS
    count = ranks.shape[1]
    if count > MOST_FOR_EXACT_KEMENY:
        return TOO_MANY_CANDIDATES
    wins = pairwise_wins(rankings, weights)
    best, gains = _best_tails(wins, count)
    return Kemeny(_first_best_order(best, gains, count), float(best[(1 << count) - 1]))


def best_worst(best: ArrayLike, worst: ArrayLike, shown: ArrayLike) -> BestWorst:
    """Best-worst counts from choice tasks.

    shown: tasks x candidates, true where the task offered the candidate. best, worst: the chosen column of each
    task, NaN or -1 where none was chosen. ValueError when a choice was not on offer. Source: Finn & Louviere 1992.
    """
    offered = np.asarray(shown, bool)
    counts = [_chosen(choices, offered) for choices in (best, worst)]
    total = offered.sum(axis=0)
    scores = tuple(float((b - w) / n) if n else None for b, w, n in zip(*counts, total, strict=True))
    chosen, refused, seen = (tuple(map(int, one)) for one in (*counts, total))
    return BestWorst(chosen, refused, seen, scores)


def _complete(rankings: ArrayLike, weights: ArrayLike | None) -> tuple[Ranks, Ranks]:
    """Places with ties and unranked candidates averaged, without judges who ranked nothing."""
    given = np.atleast_2d(np.asarray(rankings, float))
    shares = np.ones(len(given)) if weights is None else np.asarray(weights, float)
    if shares.shape != (len(given),) or (shares < 0).any():
        raise ValueError("one weight of at least 0 is needed for each ranking")
    kept = ~np.isnan(given).all(axis=1) & (shares > 0)
    filled = np.where(np.isnan(given[kept]), np.inf, given[kept])
    before = (filled[:, None, :] < filled[:, :, None]).sum(axis=2)
    level = (filled[:, None, :] == filled[:, :, None]).sum(axis=2)
    return before + (level + 1) / 2, shares[kept]


def _order(scores: Ranks) -> tuple[int, ...]:
    return tuple(int(place) for place in np.argsort(scores, kind="stable"))


def _best_tails(wins: Ranks, count: int) -> tuple[Ranks, Ranks]:
    """best[S]: the greatest score of ordering the set S by itself; gains[c, S]: the wins of c over all of S."""
    sets = 1 << count
    gains = np.zeros((count, sets))
    for member in range(count):
        bit = 1 << member
        gains[:, bit : 2 * bit] = gains[:, :bit] + wins[:, member][:, None]
    best = np.full(sets, -np.inf)
    best[0] = 0
    for chosen in range(1, sets):
        members = [c for c in range(count) if chosen >> c & 1]
        best[chosen] = max(gains[c, chosen ^ (1 << c)] + best[chosen ^ (1 << c)] for c in members)
    return best, gains


def _first_best_order(best: Ranks, gains: Ranks, count: int) -> tuple[int, ...]:
    """From the front: the smallest column whose lead loses nothing of the best score."""
    order: list[int] = []
    left = (1 << count) - 1
    while left:
        for candidate in range(count):
            rest = left ^ (1 << candidate)
            if left >> candidate & 1 and np.isclose(gains[candidate, rest] + best[rest], best[left]):
                order.append(candidate)
                left = rest
                break
    return tuple(order)


def _chosen(choices: ArrayLike, offered: NDArray[np.bool_]) -> NDArray[np.int64]:
    columns = np.asarray(choices, float)
    tasks = np.flatnonzero(~np.isnan(columns) & (columns >= 0))
    picked = columns[tasks].astype(int)
    if (picked >= offered.shape[1]).any() or not offered[tasks, picked].all():
        raise ValueError("a task's choice was not among what it offered")
    return np.bincount(picked, minlength=offered.shape[1])
