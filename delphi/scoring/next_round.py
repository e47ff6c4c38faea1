"""What another round would be expected to bring, from how experts moved between the last two."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import Mask, Values
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.vectorised import VERDICTS, VectorisedRound

Progress = Callable[[int, int], None]
Steps = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Two rounds over the same raters (rows) and items (columns). ValueError when they are not."""

    before: RoundRatings
    now: RoundRatings

    def __post_init__(self) -> None:
        if self.before.items != self.now.items or self.before.raters != self.now.raters:
            raise ValueError("two rounds are compared over the same raters and the same items")

    def answered_both(self, criterion: str) -> Mask:
        """Raters x items: who gave a point in both rounds."""
        return ~np.isnan(_values(self.before, criterion)) & ~np.isnan(_values(self.now, criterion))

    def changed(self, criterion: str) -> Mask:
        """Raters x items: who gave another point than before."""
        moved = _values(self.before, criterion) != _values(self.now, criterion)
        return np.asarray(moved & self.answered_both(criterion))

    def answers(self, criterion: str, column: int) -> tuple[Values, Values]:
        """One item's answers before and now."""
        return _values(self.before, criterion)[:, column], _values(self.now, criterion)[:, column]

    def dropout(self) -> float | None:
        """The share of those who gave an answer in the first of the rounds who gave none in the second.

        None when nobody answered the first.
        """
        first, second = self.before.answered().any(axis=1), self.now.answered().any(axis=1)
        return float((first & ~second).sum() / first.sum()) if first.any() else None


def transition_matrix(pairs: Pairs, criterion: str, points: int) -> Steps:
    """P(step | distance from the item's median), estimated from all items' pairs together.

    Row d + points - 1: experts whose answer was d points above the median of their item (a half median counts
    as the point above); column s + points - 1: they moved s points. A row without pairs stays where it is.
    Distances rather than points, because what experts see, and move toward, is the median. 2 points - 1 rows and
    columns; each row sums to 1. A model of our own: a first-order Markov chain, alike for all items.
    """
    span = points - 1
    counts = np.zeros((2 * span + 1, 2 * span + 1))
    both = pairs.answered_both(criterion)
    before = _values(pairs.before, criterion)
    steps = (_values(pairs.now, criterion) - before)[both].astype(int)
    np.add.at(counts, (_distances(before)[both] + span, steps + span), 1)
    counts[counts.sum(axis=1) == 0, span] = 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def simulate_round(
    protocol: Protocol,
    pairs: Pairs,
    columns: NDArray[np.int64],
    *,
    seed: int,
    simulations: int,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """How often each verdict was given to each of the items `columns` in simulated next rounds: verdicts x items.

    Each rater of the last round stays with the probability 1 - dropout, and each answer moves by a step drawn
    from its row of the transition matrix, ending at the ends of the scale. Answers missing now stay missing.
    Experts move independently of one another; nobody joins; the same `seed` gives the same tally.
    progress(done, simulations) is called after each.
    """
    random = np.random.default_rng(seed)
    tally = np.zeros((len(VERDICTS), len(columns)), np.int64)
    for done, ratings in enumerate(_rounds(protocol, pairs, columns, simulations, random), 1):
        everyone = np.ones((1, ratings.raters), np.int64)
        tally[VectorisedRound(protocol, ratings).verdicts(everyone)[0], np.arange(len(columns))] += 1
        if progress:
            progress(done, simulations)
    return tally


def _rounds(
    protocol: Protocol,
    pairs: Pairs,
    columns: NDArray[np.int64],
    simulations: int,
    random: np.random.Generator,
) -> Iterator[RoundRatings]:
    now, leaving = pairs.now, pairs.dropout() or 0.0
    ways = {
        key: np.cumsum(transition_matrix(pairs, key, criterion.scale.points), axis=1)
        for key, criterion in protocol.criteria.items()
        if key in now.values
    }
    items = tuple(now.items[column] for column in columns.tolist())
    asked = None if now.asked is None else now.asked[:, columns]
    for _ in range(simulations):
        gone = random.random(now.raters) < leaving
        values = {key: _moved(now.values[key][:, columns], steps, random) for key, steps in ways.items()}
        for matrix in values.values():
            matrix[gone] = np.nan
        yield RoundRatings(items, values, now.panels, asked)


def _moved(values: Values, steps: Steps, random: np.random.Generator) -> Values:
    span = len(steps) // 2
    rated = ~np.isnan(values)
    rows = steps[_distances(values)[rated] + span]
    drawn = (rows < random.random((len(rows), 1))).sum(axis=1) - span
    moved = values.copy()
    moved[rated] = np.clip(values[rated] + drawn, 1, span + 1)
    return moved


def _distances(values: Values) -> NDArray[np.int64]:
    """Points above the median of the column; 0 where there is no answer."""
    medians = np.array([np.median(own) if len(own) else 0 for own in (c[~np.isnan(c)] for c in values.T)])
    return np.asarray(np.nan_to_num(values - np.floor(medians + 0.5)), np.int64)


def _values(ratings: RoundRatings, criterion: str) -> Values:
    return ratings.values.get(criterion, np.full((ratings.raters, len(ratings.items)), np.nan))
