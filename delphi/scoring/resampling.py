"""How often a verdict would have been the same with another draw of raters like these."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.protocol import Protocol
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.vectorised import VERDICTS, VectorisedRound

RESAMPLES: Final = 2000
PART: Final = 2**18  # resamples x items worked on at once: arrays of a megabyte stay in the processor's cache

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class VerdictStability:
    """One item: its `verdict`, and the share of resamples that gave each verdict (those never given left out).

    `probability` is the share that gave the same verdict, `standard_error` how far it may be off because
    resamples are finitely many.
    """

    item: str
    verdict: Verdict
    probability: float
    standard_error: float
    distribution: Mapping[Verdict, float]
    resamples: int


def verdict_stability(
    protocol: Protocol,
    ratings: RoundRatings,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
) -> list[VerdictStability]:
    """The probability that each item's verdict holds when raters are drawn again, in the order of the items.

    Stratified bootstrap (Efron & Tibshirani 1993, ch. 6 and 8): raters are drawn with replacement among those
    in exactly the same panels, as many as there are, and each brings the whole row of answers; the rules are
    then applied again to the whole round. Which panels an item was put to does not change with the draw: a
    panel none of whose askers is drawn is short of raters, not absent. A rater who did not answer is drawn
    like any other, so n varies.

    `seed` fixes the result; `progress` is called with (done, resamples). A panel is not a random sample, so
    this is precision "if other experts like these had been asked". An item nobody rated is insufficient in
    every resample. A stratum of one rater never varies. ValueError below one resample or for a rating off its
    scale.
    """
    if resamples < 1:
        raise ValueError("at least one resample is needed")
    weights = stratified_weights(strata(ratings), resamples, np.random.default_rng(seed))
    round_ = VectorisedRound(protocol, ratings)
    tally = np.zeros((len(VERDICTS), len(ratings.items)), np.int64)
    for part in parts(resamples, len(ratings.items)):
        codes = round_.verdicts(weights[part])
        tally += [np.count_nonzero(codes == code, axis=0) for code in range(len(VERDICTS))]
        if progress:
            progress(part.stop, resamples)
    given = round_.verdicts(np.ones((1, ratings.raters), np.int64))[0]
    return [
        _stability(item, VERDICTS[code], tally[:, column], resamples)
        for column, (item, code) in enumerate(zip(ratings.items, given.tolist(), strict=True))
    ]


def _stability(item: str, verdict: Verdict, tally: NDArray[np.int64], resamples: int) -> VerdictStability:
    distribution = {
        other: count / resamples for other, count in zip(VERDICTS, tally.tolist(), strict=True) if count
    }
    probability = distribution.get(verdict, 0.0)
    error = sqrt(probability * (1 - probability) / resamples)
    return VerdictStability(item, verdict, probability, error, distribution, resamples)


def strata(ratings: RoundRatings) -> NDArray[np.int64]:
    """One number a rater, the same for raters in exactly the same panels."""
    if not ratings.panels:
        return np.zeros(ratings.raters, np.int64)
    patterns = np.column_stack(list(ratings.panels.values()))
    return np.asarray(np.unique(patterns, axis=0, return_inverse=True)[1], np.int64).reshape(-1)


def stratified_weights(
    of_raters: NDArray[np.int64], resamples: int, random: np.random.Generator
) -> NDArray[np.uint16]:
    """Resamples x raters: how often each rater is drawn; within a stratum the row sums to its size."""
    weights = np.zeros((resamples, len(of_raters)), np.uint16)
    for stratum in np.unique(of_raters):
        members = np.flatnonzero(of_raters == stratum)
        size = len(members)
        drawn = random.integers(size, size=(resamples, size)) + size * np.arange(resamples)[:, None]
        weights[:, members] = np.bincount(drawn.ravel(), minlength=resamples * size).reshape(resamples, size)
    return weights


def parts(rows: int, columns: int) -> Iterator[slice]:
    """Consecutive slices of the rows, each of about `PART` cells."""
    step = max(1, PART // max(columns, 1))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))
