"""Percentile bootstrap intervals for agreement: over items, over raters, or over pairs of ratings.

Efron B, Tibshirani RJ. An introduction to the bootstrap. 1993. Hayes AF, Krippendorff K. Answering the call for a
standard reliability measure for coding data. Commun Methods Meas 2007;1:77-89 (over pairs).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from delphi.scoring.agreement import (
    NO_PAIRS,
    NOTHING,
    Matrix,
    Weighting,
    agreement_weights,
    counts_per_point,
    declared_points,
    rating_matrix,
)
from delphi.scoring.chance_corrected import EXPECTATIONS, Expectation, expected_agreement
from delphi.scoring.exact import NO_VARIANCE, Undefined
from delphi.scoring.krippendorff import Measurement, alpha_of, coincidences, distances

Over = Literal["items", "raters"]
# Numbers held at once in each array while raters are resampled.
AT_ONCE: Final = 1_000_000


@dataclass(frozen=True)
class BootstrapInterval:
    """The percentile interval of a coefficient: `value` from the ratings as they are, `se` the resamples' SD.

    In `undefined` of the `resamples` the coefficient does not exist; the interval is that of the others.
    """

    value: float
    low: float
    high: float
    se: float
    level: float
    over: str
    resamples: int
    undefined: int
    seed: int


Interval = BootstrapInterval | Undefined


def bootstrap_alpha(
    ratings: Matrix,
    scale: Sequence[float],
    measurement: Measurement = "ordinal",
    *,
    over: Over | Literal["pairs"] = "items",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Interval of Krippendorff's alpha; `ratings` are raters x items, NaN = no answer, points of `scale`.

    over "items": whole items are drawn with replacement. over "raters": whole raters are; a rater drawn twice
    does not form a pair with herself, which would be agreement from nothing. over "pairs", as Hayes and
    Krippendorff: as many pairs of ratings as items have are drawn with the probabilities of the coincidences
    o_kl / N, and alpha* = 1 - mean(d_kl) / expected disagreement, which is held as it was observed, as the
    distances are; at least -1, and 0 where all pairs drawn are of one point with itself. That takes pairs for
    independent and is much too narrow with many raters: prefer items or raters.

    Undefined: "no_pairs", "no_variance", "too_few_resamples". ValueError for another `over` or level.
    """
    together = coincidences(counts_per_point(ratings, scale))
    if not together.any():
        return NO_PAIRS
    if over == "pairs":
        draws = _alphas_over_pairs(ratings, scale, measurement, resamples, seed)
    else:
        tables = _coincidences_over(over, rating_matrix(ratings), scale, resamples, seed)
        draws = np.concatenate([alpha_of(table, scale, measurement) for table in tables])
    value = float(alpha_of(together, scale, measurement))
    return _interval(value, draws, level, over, seed)


def bootstrap_chance_corrected(
    ratings: Matrix,
    scale: Sequence[float],
    expectation: Expectation,
    weighting: Weighting = "unweighted",
    *,
    over: Over = "items",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Interval of "percent_agreement", "fleiss", "gwet" or "brennan_prediger" (chance_corrected.py).

    `ratings`: raters x items, NaN = no answer, points of `scale`. Items or raters are drawn whole, with
    replacement; a rater drawn twice does not form a pair with herself.
    Undefined: "no_pairs", "no_variance", "too_few_resamples". ValueError for another `over`, level, ...
    """
    if expectation not in EXPECTATIONS:
        raise ValueError(f"expectation {expectation!r} is not one of {EXPECTATIONS}")
    weights = agreement_weights(weighting, scale)
    observed = counts_per_point(ratings, scale)[np.newaxis]
    if not (observed.sum(axis=2) >= 2).any():
        return NO_PAIRS
    once = np.ones((1, observed.shape[1]))
    value = _beyond_chance(observed, observed, once, expectation, weights)[0]
    draws = [
        _beyond_chance(counts, squares, times, expectation, weights)
        for counts, squares, times in _resampled(over, rating_matrix(ratings), scale, resamples, seed)
    ]
    return _interval(float(value), np.concatenate(draws), level, over, seed)


def bootstrap(
    statistic: Callable[[Matrix], float | Undefined],
    ratings: Matrix,
    *,
    over: Over = "items",
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Interval of any `statistic` of a raters x items matrix, such as one form of the ICC; one call a resample.

    over "items" or "raters", drawn whole, with replacement. A rater drawn twice does agree with herself here, so
    that over raters coefficients of agreement come out too high by about (1 - value) / m: prefer the functions
    above where they have the coefficient.
    Undefined: what `statistic` is of `ratings` themselves, or "too_few_resamples".
    """
    matrix = rating_matrix(ratings)
    value = statistic(matrix)
    if isinstance(value, Undefined):
        return value
    axis = _axis(over)
    random = np.random.default_rng(seed)
    size = matrix.shape[axis]
    found = [statistic(matrix.take(random.integers(size, size=size), axis=axis)) for _ in range(resamples)]
    draws = np.array([np.nan if isinstance(one, Undefined) else one for one in found])
    return _interval(value, draws, level, over, seed)


def _interval(value: float, draws: Matrix, level: float, over: str, seed: int) -> Interval:
    """Percentiles (1 -+ level) / 2 of the defined draws; at least half of them, and two, must be."""
    if not 0 < level < 1:
        raise ValueError(f"level = {level} is not between 0 and 1")
    if np.isnan(value):
        return NO_VARIANCE
    defined = draws[~np.isnan(draws)]
    if len(defined) < max(2, len(draws) / 2):
        return Undefined("too_few_resamples")
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    spread = float(np.std(defined, ddof=1))
    undefined = len(draws) - len(defined)
    return BootstrapInterval(value, float(low), float(high), spread, level, over, len(draws), undefined, seed)


def _axis(over: str) -> int:
    if over not in ("items", "raters"):
        raise ValueError(f"over {over!r} is neither 'items' nor 'raters'")
    return 1 if over == "items" else 0


def _times_drawn(size: int, resamples: int, seed: int) -> Matrix:
    """How often each of `size` is drawn in each of the resamples: resamples x size."""
    random = np.random.default_rng(seed)
    return random.multinomial(size, np.full(size, 1 / size), resamples).astype(np.float64)


def _resampled(
    over: Over, ratings: Matrix, scale: Sequence[float], resamples: int, seed: int
) -> Iterator[tuple[Matrix, Matrix, Matrix]]:
    """Resamples in batches of (counts, squares, times).

    counts r: the sum over raters of times drawn; squares s: of its square, by which pairs of a rater with herself
    are taken out; both batch x items x points (a batch of 1 stands for all). times: how often each item is drawn,
    batch x items.
    """
    axis = _axis(over)
    times = _times_drawn(ratings.shape[axis], resamples, seed)
    items, points = ratings.shape[1], declared_points(scale)
    if over == "items":
        counts = counts_per_point(ratings, scale)[np.newaxis]
        yield counts, counts, times
        return
    # Whole numbers below 2^24 are exact in 32 bits, which halve time and memory.
    chosen = np.concatenate([ratings == point for point in points], axis=1).astype(np.float32)
    shape = (-1, len(points), items)
    batch = max(1, AT_ONCE // chosen.shape[1])
    for start in range(0, resamples, batch):
        drawn = times[start : start + batch].astype(np.float32)
        counts = (drawn @ chosen).astype(np.float64).reshape(shape).swapaxes(1, 2)
        squares = (drawn**2 @ chosen).astype(np.float64).reshape(shape).swapaxes(1, 2)
        yield counts, squares, np.ones((len(drawn), items))


def _distinct_pairs(counts: Matrix, squares: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Of each item: raters r, ordered pairs of different raters r^2 - s, and 1 where there are any."""
    raters = counts.sum(axis=-1)
    pairs = raters**2 - squares.sum(axis=-1)
    paired = (pairs > 0).astype(np.float64)
    return raters, np.where(pairs > 0, pairs, 1), paired


def _coincidences_over(
    over: Over, ratings: Matrix, scale: Sequence[float], resamples: int, seed: int
) -> Iterator[Matrix]:
    """o_kl of each resample: the sum over items of r (pairs of k with l) / (all pairs)."""
    for counts, squares, times in _resampled(over, ratings, scale, resamples, seed):
        raters, pairs, paired = _distinct_pairs(counts, squares)
        share = paired * raters / pairs
        if over == "items":
            per_item = counts[0][:, :, np.newaxis] * counts[0][:, np.newaxis, :]
            per_item[:, *np.diag_indices(counts.shape[2])] -= squares[0]
            yield np.einsum("bi,ikl->bkl", times * share, per_item, optimize=True)
        else:
            table = np.matmul((counts * share[:, :, np.newaxis]).swapaxes(1, 2), counts)
            table[:, *np.diag_indices(counts.shape[2])] -= np.einsum("bi,bik->bk", share, squares)
            yield table


def _beyond_chance(
    counts: Matrix, squares: Matrix, times: Matrix, expectation: Expectation, weights: Matrix
) -> Matrix:
    """(pa - pe) / (1 - pe) of each resample, NaN where undefined; all pairs are of different raters."""
    raters, pairs, paired = _distinct_pairs(counts, squares)
    agreement = paired * (((counts @ weights) * counts).sum(axis=-1) - squares.sum(axis=-1)) / pairs
    rated = (raters > 0) * times
    shares = counts / np.maximum(raters, 1)[:, :, np.newaxis]
    with np.errstate(invalid="ignore", divide="ignore"):
        pi = np.matmul(times[:, np.newaxis, :], shares)[:, 0] / rated.sum(axis=1, keepdims=True)
        pa = (agreement * times).sum(axis=1) / (paired * times).sum(axis=1)
        pe = expected_agreement(expectation, pi, weights)
        return np.where(1 - pe >= NOTHING, (pa - pe) / (1 - pe), np.nan)


def _alphas_over_pairs(
    ratings: Matrix, scale: Sequence[float], measurement: Measurement, resamples: int, seed: int
) -> Matrix:
    counts = counts_per_point(ratings, scale)
    together = coincidences(counts)
    totals = together.sum(axis=1)
    pairable = totals.sum()
    apart = distances(totals, scale, measurement)
    expected = totals @ apart @ totals
    if not expected > 0:
        return np.full(resamples, np.nan)
    raters = counts.sum(axis=1)
    pairs = int((raters * (raters - 1)).sum()) // 2
    random = np.random.default_rng(seed)
    drawn = random.multinomial(pairs, (together / pairable).ravel(), resamples).reshape(-1, *together.shape)
    alphas = 1 - (drawn * apart).sum(axis=(1, 2)) / pairs * pairable * (pairable - 1) / expected
    one_point = (np.diagonal(drawn, axis1=1, axis2=2) == pairs).any(axis=1)
    return np.where(one_point, 0.0, np.maximum(alphas, -1.0))
