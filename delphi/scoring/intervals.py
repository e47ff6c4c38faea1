"""Confidence intervals for one proportion, k of n, beside the 95 % Wilson interval of `proportions`.

Every function takes a whole `count` (0 to n), `n`, and the confidence (0.95 unless said), and returns
(low, high) as proportions; undefined when n is 0. ValueError for a count outside 0 to n or a confidence outside
(0, 1). Compared by Newcombe (1998), Stat Med 17:857-872, and Brown, Cai & DasGupta (2001), Stat Sci 16:101-133.
"""

from math import sqrt
from statistics import NormalDist

from delphi.scoring.exact import NO_RATINGS, Undefined
from delphi.scoring.proportions import Interval, score_limits


def normal_quantile(confidence: float) -> float:
    """z with `confidence` of the standard normal distribution between -z and z."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def score_interval(count: float, n: int, confidence: float = 0.95) -> Interval | Undefined:
    """Wilson's score interval, (k + z^2/2 -+ z sqrt(k (n - k) / n + z^2/4)) / (n + z^2), at any confidence.

    Wilson (1927), JASA 22:209-212. Exactly 0 at k = 0 and 1 at k = n.
    """
    _check(count, n)
    z = normal_quantile(confidence)
    if not n:
        return NO_RATINGS
    return score_limits(count, n, z)


def wilson_corrected(count: int, n: int, confidence: float = 0.95) -> Interval | Undefined:
    """Wilson's interval with continuity correction, Newcombe's method 4.

    (2k + z^2 -+ 1 -+ z sqrt(z^2 -+ 2 - 1/n + 4 (k/n) (n - k +- 1))) / (2 (n + z^2)): upper signs give the low
    end, lower signs the high end. 0 at k = 0 and 1 at k = n.
    """
    _check(count, n)
    z = normal_quantile(confidence)
    if not n:
        return NO_RATINGS
    share, middle, width = count / n, 2 * count + z * z, 2 * (n + z * z)
    low_root = sqrt(z * z - 2 - 1 / n + 4 * share * (n - count + 1)) if count else 0.0
    high_root = sqrt(z * z + 2 - 1 / n + 4 * share * (n - count - 1)) if count < n else 0.0
    low = 0.0 if count == 0 else max(0.0, (middle - 1 - z * low_root) / width)
    high = 1.0 if count == n else min(1.0, (middle + 1 + z * high_root) / width)
    return low, high


def clopper_pearson(count: int, n: int, confidence: float = 0.95) -> Interval | Undefined:
    """The "exact" interval: the proportions that two one-sided binomial tests do not reject.

    Quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k); 0 at k = 0 and 1 at k = n. Clopper & Pearson (1934),
    Biometrika 26:404-413.
    """
    _check(count, n)
    tail = _tail(confidence)
    if not n:
        return NO_RATINGS
    low = 0.0 if count == 0 else _beta_quantile(tail, count, n - count + 1)
    high = 1.0 if count == n else _beta_quantile(1 - tail, count + 1, n - count)
    return low, high


def agresti_coull(count: int, n: int, confidence: float = 0.95) -> Interval | Undefined:
    """p -+ z sqrt(p (1 - p) / m) with m = n + z^2 trials and p = (k + z^2/2) / m.

    Agresti & Coull (1998), The American Statistician 52:119-126. As defined: near 0 and n it can reach beyond
    0 and 1, and is not cut there.
    """
    _check(count, n)
    z = normal_quantile(confidence)
    if not n:
        return NO_RATINGS
    trials = n + z * z
    centre = (count + z * z / 2) / trials
    half = z * sqrt(centre * (1 - centre) / trials)
    return centre - half, centre + half


def jeffreys(count: int, n: int, confidence: float = 0.95) -> Interval | Undefined:
    """Equal-tailed interval of the posterior Beta(k + 1/2, n - k + 1/2) of Jeffreys' prior.

    With the boundary rule of Brown, Cai & DasGupta: the low end is 0 at k = 0, the high end 1 at k = n.
    """
    _check(count, n)
    tail = _tail(confidence)
    if not n:
        return NO_RATINGS
    low = 0.0 if count == 0 else _beta_quantile(tail, count + 0.5, n - count + 0.5)
    high = 1.0 if count == n else _beta_quantile(1 - tail, count + 0.5, n - count + 0.5)
    return low, high


def _check(count: float, n: int) -> None:
    if not 0 <= count <= n:
        raise ValueError(f"a count of {count} is not between 0 and {n}")


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    return (1 - confidence) / 2


def _beta_quantile(p: float, a: float, b: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, p))
