"""Ranks with ties, kept as whole numbers so that rank sums are exact."""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Alternative = Literal["two-sided", "greater", "less"]
Method = Literal["exact", "normal"]

ALTERNATIVES: Final[tuple[Alternative, ...]] = ("two-sided", "greater", "less")
METHODS: Final[tuple[Method, ...]] = ("exact", "normal")


def doubled_midranks(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Twice the rank of each of `values` (1-D, no NaN), tied values sharing the mean of their ranks.

    A tied run that fills places a to b has midrank (a + b) / 2, hence the whole number a + b here:
    3, 7, 7 gives 2, 5, 5.
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    doubled: NDArray[np.int64] = (2 * last - counts + 1)[places]
    return doubled


def tail(alternative: Alternative, lower: float, upper: float) -> float:
    """The p-value from P(T <= t) and P(T >= t); two-sided is twice the smaller, at most 1.

    ValueError for another alternative.
    """
    if alternative not in ALTERNATIVES:
        raise ValueError(f"{alternative} is not one of {ALTERNATIVES}")
    chosen = {"less": lower, "greater": upper, "two-sided": 2 * min(lower, upper)}[alternative]
    return min(1.0, float(chosen))


def normal_tail(
    alternative: Alternative, difference: float, variance: float, continuity: bool
) -> tuple[float, float]:
    """z and p-value of a rank sum `difference` away from its mean, with the variance it has under no effect.

    The continuity correction moves it half a step towards the mean: against the alternative where that has a
    side, else against its sign. z includes the correction.
    """
    from scipy.special import ndtr

    side = {"greater": 1.0, "less": -1.0}.get(alternative, float(np.sign(difference)))
    z = (difference - (side / 2 if continuity else 0)) / variance**0.5
    return float(z), tail(alternative, float(ndtr(z)), float(ndtr(-z)))
