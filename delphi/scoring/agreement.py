"""What the coefficients of agreement share: counts per point, weights, complete cases, and their result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.exact import Undefined

Matrix = NDArray[np.float64]
Weighting = Literal["unweighted", "linear", "quadratic", "ordinal", "radical", "ratio"]
Drop = Literal["raters", "items"]

WEIGHTINGS: Final[tuple[Weighting, ...]] = (
    "unweighted",
    "linear",
    "quadratic",
    "ordinal",
    "radical",
    "ratio",
)

NO_PAIRS: Final = Undefined("no_pairs")
ONE_ITEM: Final = Undefined("one_item")
ONE_RATER: Final = Undefined("one_rater")
# Below this share of what it could be, an expected disagreement is the rounding error of none at all.
NOTHING: Final = 1e-12


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with its standard error and a two-sided interval; `items` is the n it rests on.

    With a value but a single item, `se`, `low` and `high` are undefined.
    """

    value: float
    se: float | Undefined
    low: float | Undefined
    high: float | Undefined
    items: int


def coefficient(value: float, se: float | Undefined, items: int, level: float) -> Coefficient:
    """value -+ t se with t of items - 1 degrees of freedom (Gwet 2014); the upper limit is at most 1."""
    from scipy.special import stdtrit

    if not 0 < level < 1:
        raise ValueError(f"level = {level} is not between 0 and 1")
    if isinstance(se, Undefined):
        return Coefficient(value, se, se, se, items)
    half = float(stdtrit(items - 1, (1 + level) / 2)) * se
    return Coefficient(value, se, value - half, min(1.0, value + half), items)


def declared_points(scale: Sequence[float]) -> Matrix:
    """The points of the full declared scale as an array; ValueError unless two or more, rising and finite."""
    points = np.asarray(scale, dtype=np.float64)
    rising = points.ndim == 1 and len(points) >= 2 and bool((points[1:] > points[:-1]).all())
    if not rising or not np.isfinite(points).all():
        raise ValueError("a scale is two or more finite points, each above the one before")
    return points


def rating_matrix(ratings: Matrix) -> Matrix:
    """`ratings` as a float array of raters x items (NaN = no answer); ValueError for another shape or inf."""
    matrix = np.asarray(ratings, dtype=np.float64)
    if matrix.ndim != 2:
        raise ValueError(f"ratings have {matrix.ndim} dimensions, where raters x items has 2")
    if np.isinf(matrix).any():
        raise ValueError("a rating is infinite")
    return matrix


def counts_per_point(ratings: Matrix, scale: Sequence[float]) -> Matrix:
    """How many raters gave each point to each item: raters x items (NaN = no answer) to items x points.

    A column for every point of `scale`, used or not. ValueError for a rating that is not one of its points.
    """
    matrix = rating_matrix(ratings)
    points = declared_points(scale)
    counts = np.stack([np.count_nonzero(matrix == point, axis=0) for point in points], axis=1)
    if counts.sum() != matrix.size - np.count_nonzero(np.isnan(matrix)):
        raise ValueError("a rating is not a point of the scale")
    return np.asarray(counts, dtype=np.float64)


def count_matrix(counts: Matrix, scale: Sequence[float]) -> Matrix:
    """`counts` as a float array of items x points of `scale`; ValueError if not that, or not whole numbers."""
    matrix = np.asarray(counts, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != len(declared_points(scale)):
        raise ValueError("counts are items x points, a column for every point of the scale")
    whole = (matrix == np.floor(matrix)).all()  # never of NaN
    if not whole or not 0 <= matrix.min(initial=0) <= matrix.max(initial=0) < np.inf:
        raise ValueError("counts are whole numbers of raters, 0 or more")
    return matrix


def agreement_weights(weighting: Weighting, scale: Sequence[float]) -> Matrix:
    """w_kl, how far ratings of points k and l agree: points x points, 1 on the diagonal, 0 to 1 elsewhere.

    With x the value of a point, q the number of points and u = abs(x_k - x_l) / (x_q - x_1) (Gwet 2014,
    chapter 3): "unweighted" 0 off the diagonal (identity); "linear" 1 - u; "quadratic" 1 - u^2; "radical"
    1 - sqrt(u); "ordinal" 1 - C(abs(k - l) + 1, 2) / C(q, 2), of places in the order alone; "ratio"
    1 - d_kl / d_1q with `ratio_distances` d. ValueError for another weighting, or "ratio" with a negative point.
    """
    points = declared_points(scale)
    apart = np.abs(np.subtract.outer(points, points)) / (points[-1] - points[0])
    if weighting == "unweighted":
        return np.eye(len(points))
    if weighting == "linear":
        return np.asarray(1 - apart)
    if weighting == "quadratic":
        return np.asarray(1 - apart**2)
    if weighting == "radical":
        return np.asarray(1 - np.sqrt(apart))
    if weighting == "ratio":
        ratios = ratio_distances(points)
        return np.asarray(1 - ratios / ratios[0, -1])
    if weighting == "ordinal":
        places = np.arange(len(points))
        steps = np.abs(np.subtract.outer(places, places))
        return np.asarray(1 - steps * (steps + 1) / (len(points) * (len(points) - 1)))
    raise ValueError(f"weighting {weighting!r} is not one of {WEIGHTINGS}")


def ratio_distances(points: Matrix) -> Matrix:
    """((x_k - x_l) / (x_k + x_l))^2 of points from 0 up, and 0 for 0 with 0; ValueError for a negative point."""
    if points[0] < 0:
        raise ValueError("ratios need points of 0 or more")
    total = np.add.outer(points, points)
    apart = np.abs(np.subtract.outer(points, points))
    return np.asarray(np.divide(apart, total, out=np.zeros_like(total), where=total > 0) ** 2)


@dataclass(frozen=True)
class CompleteCases:
    """A raters x items matrix without a gap, and how many raters or items were dropped to get it."""

    ratings: Matrix
    dropped_raters: int
    dropped_items: int


def complete_cases(ratings: Matrix, drop: Drop | None) -> CompleteCases | Undefined:
    """Leave out the `drop` ("raters" or "items") with a missing answer; nothing is dropped unasked.

    Those without any answer go first, on both sides, where something is dropped: an item nobody was asked must
    not cost every rater. Undefined: "incomplete" when an answer is missing and `drop` is None,
    "no_complete_cases" when nothing is left.
    """
    matrix = rating_matrix(ratings)
    given = ~np.isnan(matrix)
    if drop is None:
        return CompleteCases(matrix, 0, 0) if given.all() else Undefined("incomplete")
    raters, items = given.any(axis=1), given.any(axis=0)
    if drop == "raters":
        raters = raters & given[:, items].all(axis=1)
    elif drop == "items":
        items = items & given[raters].all(axis=0)
    else:
        raise ValueError(f"drop {drop!r} is neither 'raters' nor 'items'")
    if not raters.any() or not items.any():
        return Undefined("no_complete_cases")
    return CompleteCases(matrix[np.ix_(raters, items)], int((~raters).sum()), int((~items).sum()))
