"""The descriptive statistics of many items at once: one pass over the matrix, then arithmetic on counts.

For one item with everything there is, see `one_item`; for decisions, the engine, which compares exact fractions.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.intervals import normal_quantile
from delphi.scoring.scales import Band, Scale

Integers = NDArray[np.int64]
Floats = np.ma.MaskedArray[Any, np.dtype[np.float64]]

# Ratings counted at a time: small enough for the processor's cache, and no copy of the whole matrix.
BLOCK: Final = 1 << 15
# Hyndman & Fan's definitions 6, 7 and 8: the weight of the ends, as in `quantiles`.
_ENDS: Final = {6: 0.0, 7: 1.0, 8: 1 / 3}


@dataclass(frozen=True)
class ItemTable:
    """One entry per item in every array; float arrays are masked where the statistic is undefined, never NaN.

    n: raters who gave a point, the denominator of all that follows; missing: those who did not. counts: items x
    points. Percentages are 100 count / n; interval_high is 95 % Wilson, items x 2, in percent. modal: items x points,
    True on every most frequent point. q1, q3, iqr by the definition asked for; qd = iqr / 2. sd and cv with n - 1,
    undefined for one rating. mad: median absolute deviation, unscaled. ad_median: mean absolute deviation from the
    median.
    """

    n: Integers
    missing: Integers
    counts: Integers
    count_low: Integers
    count_middle: Integers
    count_high: Integers
    percent_low: Floats
    percent_middle: Floats
    percent_high: Floats
    interval_high: Floats
    modal: NDArray[np.bool_]
    median: Floats
    q1: Floats
    q3: Floats
    iqr: Floats
    qd: Floats
    mean: Floats
    sd: Floats
    cv: Floats
    mad: Floats
    ad_median: Floats


def item_table(ratings: NDArray[np.float64], scale: Scale, *, quartiles: int = 7) -> ItemTable:
    """The table of `ratings` (raters x items, points 1 to K, NaN = no answer), quartiles by definition 6, 7 or 8.

    Agrees with `summaries` and `dispersion` item by item. Takes time in proportion to the matrix, and memory for a
    block of it and the counts. An item nobody rated is masked throughout. ValueError for a rating that is no
    point of the scale, a matrix that is not 2-D, or another definition.
    """
    if quartiles not in _ENDS:
        raise ValueError(f"quantile definition {quartiles} is not one of {tuple(_ENDS)}")
    counts = count_items(ratings, scale.points)
    cumulative = counts.cumsum(axis=1)
    n = cumulative[:, -1]
    low, middle, high = _bands(counts, scale)
    median, q1, q3 = (_quantile(cumulative, p, quartiles) for p in (0.5, 0.25, 0.75))
    mean, sd = _mean_and_sd(counts, n)
    deviations = np.abs(np.arange(1, scale.points + 1) - median[:, None])
    iqr = q3 - q1
    return ItemTable(
        n=n,
        missing=len(ratings) - n,
        counts=counts,
        count_low=low,
        count_middle=middle,
        count_high=high,
        percent_low=_over(100.0 * low, n),
        percent_middle=_over(100.0 * middle, n),
        percent_high=_over(100.0 * high, n),
        interval_high=_wilson_in_percent(high, n),
        modal=(counts == counts.max(axis=1, keepdims=True)) & (counts > 0),
        median=_defined(median, n > 0),
        q1=_defined(q1, n > 0),
        q3=_defined(q3, n > 0),
        iqr=_defined(iqr, n > 0),
        qd=_defined(iqr / 2, n > 0),
        mean=_defined(mean, n > 0),
        sd=_defined(sd, n > 1),
        cv=_defined(sd / np.maximum(mean, 1), n > 1),
        mad=_defined(_weighted_median(deviations, counts), n > 0),
        ad_median=_over((deviations * counts).sum(axis=1), n),
    )


def count_items(ratings: NDArray[np.float64], points: int) -> Integers:
    """How many raters gave each point: items x points, from ratings raters x items; ValueError off the scale."""
    matrix = np.asarray(ratings, np.float64)
    if matrix.ndim != 2:
        raise ValueError("ratings are a matrix of raters x items")
    raters, items = matrix.shape
    counts = np.zeros(items * (points + 1), np.int64)
    start_of_item = np.arange(items) * (points + 1)
    rows = max(1, BLOCK // max(items, 1))
    for first in range(0, raters, rows):
        block = matrix[first : first + rows]
        present = np.fmax(block, 0.0)  # 0 where there is no answer
        if present.size and present.max() > points:
            raise ValueError(f"a rating is not a point on a scale of 1 to {points}")
        codes = present.astype(np.intp)
        here = np.bincount((codes + start_of_item).ravel(), minlength=counts.size)
        unanswered = np.count_nonzero(np.isnan(block))
        if here[:: points + 1].sum() != unanswered or not np.array_equal(codes, present):
            raise ValueError(f"a rating is not a point on a scale of 1 to {points}")
        counts += here
    return counts.reshape(items, points + 1)[:, 1:]


def _bands(counts: Integers, scale: Scale) -> tuple[Integers, Integers, Integers]:
    return _in_band(counts, scale, "low"), _in_band(counts, scale, "middle"), _in_band(counts, scale, "high")


def _in_band(counts: Integers, scale: Scale, band: Band) -> Integers:
    points = scale.range_of(band)
    return np.asarray(counts[:, points.start - 1 : points.stop - 1].sum(axis=1))


def _order_statistic(cumulative: Integers, rank: Integers) -> Integers:
    """The rank-th lowest rating of each item: 1 + the number of points that hold fewer up to them."""
    return np.asarray(1 + (cumulative[:, :-1] < rank[:, None]).sum(axis=1))


def _quantile(cumulative: Integers, p: float, definition: int) -> NDArray[np.float64]:
    n, end = cumulative[:, -1], _ENDS[definition]
    place = np.clip(n * p + end + p * (1 - 2 * end), 1, np.maximum(n, 1))
    below = place.astype(np.int64)
    lower = _order_statistic(cumulative, below)
    upper = _order_statistic(cumulative, np.minimum(below + 1, n))
    return np.asarray(lower + (place - below) * (upper - lower))


def _weighted_median(values: NDArray[np.float64], weights: Integers) -> NDArray[np.float64]:
    """The median of each row of `values`, each value as often as its weight says."""
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    cumulative = np.take_along_axis(weights, order, axis=1).cumsum(axis=1)
    n = cumulative[:, -1]
    middle = [
        np.take_along_axis(ordered, (_order_statistic(cumulative, rank) - 1)[:, None], axis=1)[:, 0]
        for rank in ((n + 1) // 2, n // 2 + 1)
    ]
    return np.asarray((middle[0] + middle[1]) / 2)


def _mean_and_sd(counts: Integers, n: Integers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean, and the root of (n sum x^2 - (sum x)^2) / (n (n - 1)), whose numerator is a whole number."""
    point = np.arange(1, counts.shape[1] + 1)
    total, squares = counts @ point, counts @ (point * point)
    variance = (n * squares - total * total) / np.maximum(n * (n - 1), 1)
    return total / np.maximum(n, 1), np.sqrt(variance)


def _wilson_in_percent(count: Integers, n: Integers) -> Floats:
    z = normal_quantile(0.95)
    trials = np.maximum(n, 1)
    centre = count + z * z / 2
    half = z * np.sqrt(count * (n - count) / trials + z * z / 4)
    low = np.where(count == 0, 0.0, (centre - half) / (n + z * z))
    high = np.where(count == n, 1.0, (centre + half) / (n + z * z))
    return _defined(100 * np.stack([low, high], axis=1), np.stack([n > 0, n > 0], axis=1))


def _over(total: NDArray[np.float64], n: Integers) -> Floats:
    return _defined(total / np.maximum(n, 1), n > 0)


def _defined(values: NDArray[np.float64], where: NDArray[np.bool_]) -> Floats:
    return np.ma.MaskedArray(np.where(where, values, 0.0), mask=~where)  # type: ignore[no-untyped-call]
