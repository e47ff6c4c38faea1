"""Uncertainty of one proportion."""

from math import sqrt
from typing import Final

from delphi.scoring.exact import NO_RATINGS, Undefined

# A literal, so that stored intervals are the same bit for bit on every machine.
Z_95: Final = 1.959963984540054  # standard normal quantile of 0.975

Interval = tuple[float, float]


def wilson_interval(count: int, n: int) -> Interval | Undefined:
    """95 % Wilson score interval of k = count of n, as proportions, exactly 0 at k = 0 and 1 at k = n.

    (k + z^2/2 -+ z sqrt(k (n - k) / n + z^2/4)) / (n + z^2), z = 1.959964. Wilson (1927), JASA 22:209-212.
    Undefined when n is 0; ValueError for a count outside 0 to n.
    """
    if not 0 <= count <= n:
        raise ValueError(f"a count of {count} is not between 0 and {n}")
    if not n:
        return NO_RATINGS
    return score_limits(count, n, Z_95)


def score_limits(count: float, n: int, z: float) -> Interval:
    """The formula of `wilson_interval` for any z, and for a count between whole numbers; n is at least 1."""
    square = z * z
    centre = count + square / 2
    half = z * sqrt(count * (n - count) / n + square / 4)
    # At count 0 and n the bound is exactly 0 or 1; rounding must not carry it past.
    low = 0.0 if count == 0 else (centre - half) / (n + square)
    high = 1.0 if count == n else (centre + half) / (n + square)
    return low, high
