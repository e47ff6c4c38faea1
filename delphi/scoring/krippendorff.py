"""Krippendorff's alpha, for any number of raters, missing answers and four levels of measurement.

Krippendorff K. Computing Krippendorff's alpha-reliability. University of Pennsylvania, 2011.
Gwet KL. On Krippendorff's alpha coefficient. 2011 (the standard error); Handbook of inter-rater reliability, 2014.
"""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from delphi.scoring.agreement import (
    NO_PAIRS,
    ONE_ITEM,
    Coefficient,
    Matrix,
    coefficient,
    count_matrix,
    counts_per_point,
    declared_points,
    ratio_distances,
)
from delphi.scoring.exact import NO_VARIANCE, Undefined

Measurement = Literal["nominal", "ordinal", "interval", "ratio"]
MEASUREMENTS: Final[tuple[Measurement, ...]] = ("nominal", "ordinal", "interval", "ratio")


def krippendorff_alpha(
    ratings: Matrix, scale: Sequence[float], measurement: Measurement = "ordinal", *, level: float = 0.95
) -> Coefficient | Undefined:
    """Alpha = 1 - observed / expected disagreement, with Gwet's standard error and t interval.

    `ratings`: raters x items, NaN = no answer, points of `scale`. Formula, edge cases and errors as
    `alpha_from_counts` has them.
    """
    return alpha_from_counts(counts_per_point(ratings, scale), scale, measurement, level=level)


def alpha_from_counts(
    counts: Matrix, scale: Sequence[float], measurement: Measurement = "ordinal", *, level: float = 0.95
) -> Coefficient | Undefined:
    """Alpha from items x points counts: 1 - (N - 1) sum(o_kl d_kl) / sum(n_k n_l d_kl).

    o: the coincidences; n_k: how often point k is in a pair, N their sum; d: `distances`. Items with fewer than
    two ratings are left out of all. Points nobody used change nothing. Values below 0 are kept: raters agree less
    than chance would have them.
    Undefined: "no_pairs" (no item has two ratings), "no_variance" (every rating that is in a pair is the same);
    with one item alpha stands, and its error and limits are "one_item".
    ValueError for a rating off the scale, another measurement, "ratio" with a negative point, or a level not
    between 0 and 1.
    """
    paired = _paired(count_matrix(counts, scale))
    return _alpha(paired, distances(paired.sum(axis=0), scale, measurement), level)


def alpha_with_weights(counts: Matrix, weights: Matrix, *, level: float = 0.95) -> Coefficient | Undefined:
    """Alpha from items x points counts with distances 1 - weights (points x points), as Gwet's family has it.

    Undefined as `alpha_from_counts`.
    """
    return _alpha(_paired(np.asarray(counts, dtype=np.float64)), 1 - weights, level)


def coincidences(counts: Matrix) -> Matrix:
    """o_kl = sum over items of (pairs of ratings k and l, both orders) / (m_u - 1), m_u the item's ratings.

    items x points to points x points. Items with fewer than two ratings add nothing. Row sums are n_k.
    """
    paired = _paired(counts)
    share = paired / (paired.sum(axis=1, keepdims=True) - 1)
    together: Matrix = paired.T @ share
    together[np.diag_indices_from(together)] -= share.sum(axis=0)
    return together


def distances(totals: Matrix, scale: Sequence[float], measurement: Measurement) -> Matrix:
    """d_kl between points: ... x points x points from `totals` n_k, ... x points.

    nominal: 1 off the diagonal. ordinal: (sum of n_g from k to l - (n_k + n_l) / 2)^2, the squared difference
    of mid-ranks. interval: (x_k - x_l)^2. ratio: ((x_k - x_l) / (x_k + x_l))^2, and 0 for 0 with 0.
    Only the ordinal ones depend on the totals.
    """
    points = declared_points(scale)
    if measurement == "nominal":
        return 1 - np.eye(len(points))
    if measurement == "interval":
        return np.asarray(np.subtract.outer(points, points) ** 2, dtype=np.float64)
    if measurement == "ratio":
        return ratio_distances(points)
    if measurement == "ordinal":
        middle = np.cumsum(totals, axis=-1) - totals / 2
        return np.asarray((middle[..., :, np.newaxis] - middle[..., np.newaxis, :]) ** 2)
    raise ValueError(f"measurement {measurement!r} is not one of {MEASUREMENTS}")


def alpha_of(together: Matrix, scale: Sequence[float], measurement: Measurement) -> Matrix:
    """Alpha of each ... x points x points table of coincidences, NaN where it is undefined (for resampling)."""
    totals = together.sum(axis=-1)
    apart = distances(totals, scale, measurement)
    observed = (together * apart).sum(axis=(-2, -1))
    expected = np.einsum("...k,...l,...kl->...", totals, totals, np.broadcast_to(apart, together.shape))
    pairable = totals.sum(axis=-1)
    defined = expected > 0
    ratio = np.divide((pairable - 1) * observed, expected, out=np.full_like(expected, np.nan), where=defined)
    return np.asarray(1 - ratio)


def _paired(counts: Matrix) -> Matrix:
    return np.asarray(counts[counts.sum(axis=1) >= 2])


def _alpha(paired: Matrix, apart: Matrix, level: float) -> Coefficient | Undefined:
    """Alpha and its standard error from items that all have two ratings or more, and distances.

    With r_i ratings of item i, mean r, N = sum r_i, pi_k = n_k / N: d_i the mean distance of the pairs in item
    i, c_i that of its ratings from all ratings; D = sum(r_i d_i) / N and E = sum(pi_k pi_l d_kl).
    alpha = 1 - (N - 1) / N x D / E. Its error, linearised per item in D, E and N (distances held fixed):
    z_i = (r_i / r (2 D / E (c_i - E) - (d_i - D)) - D / N (r_i / r - 1)) / E; se^2 = sum z_i^2 / (n (n - 1)).
    """
    n = len(paired)
    if not n:
        return NO_PAIRS
    raters = paired.sum(axis=1)
    pairable = float(raters.sum())
    share = paired.sum(axis=0) / pairable
    expected = float(share @ apart @ share)
    if not expected > 0:
        return NO_VARIANCE
    within = ((paired @ apart) * paired).sum(axis=1) / (raters * (raters - 1))
    across = paired @ (apart @ share) / raters
    observed = float(raters @ within) / pairable
    value = 1 - (pairable - 1) / pairable * observed / expected
    if n == 1:
        return coefficient(value, ONE_ITEM, n, level)
    size = raters * (n / pairable)
    z = size * (2 * observed / expected * (across - expected) - (within - observed))
    z = (z - observed / pairable * (size - 1)) / expected
    se = float(np.sqrt((z**2).sum() / (n * (n - 1))))
    return coefficient(value, se, n, level)
