"""Agreement and dispersion of one item's distribution on an ordered scale.

Every function takes `counts`, the number of raters on each point of the *whole* declared scale, lowest first,
empty points included (length K >= 2). F_i is the share of raters at or below point i, and p_i the share on it.
One used point is perfect agreement, not "missing". Undefined when nobody rated; ValueError for fewer than two
points or a negative count.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, combinations, pairwise
from math import log2, sqrt

from delphi.scoring.exact import NO_RATINGS, TOO_FEW_POINTS, Exact, Number, Undefined


def van_der_eijk_agreement(counts: Sequence[int]) -> Exact:
    """A, from -1 (two halves at the ends) over 0 (uniform) to 1 (one used point).

    The counts are cut into layers: each layer has the same number of raters on every point it still holds, and
    weighs its share of all raters. A = weighted sum of U (1 - (S - 1) / (K - 1)), S = points in the layer.
    van der Eijk (2001), Quality & Quantity 35:325-341. A layer on one point has A = 1 and one on all points A = 0,
    so one used point is 1 whatever K. Undefined for two used points of K = 2, where uniform and opposed are the same.
    """
    n = _total(counts)
    if not n:
        return NO_RATINGS
    if len(counts) < 3 and min(counts):
        return TOO_FEW_POINTS
    levels = sorted({0, *counts})
    agreement = Fraction(0)
    for below, level in pairwise(levels):
        pattern = [count >= level for count in counts]
        weight = Fraction((level - below) * sum(pattern), n)
        agreement += weight * _layer_agreement(pattern)
    return agreement


def _layer_agreement(pattern: Sequence[bool]) -> Fraction:
    """A of one layer: U = ((K - 2) TU - (K - 1) TDU) / ((K - 2) (TU + TDU)), times its concentration.

    Over all triples of points in order, TU counts the unimodal ones (110, 011) and TDU the others (101). A layer
    of one point is 1, a layer of all points 0.
    """
    points, used = len(pattern), sum(pattern)
    if used in (1, points):
        return Fraction(used == 1)
    triples = list(combinations(pattern, 3))
    unimodal = triples.count((True, True, False)) + triples.count((False, True, True))
    deviating = triples.count((True, False, True))
    unimodality = Fraction(
        (points - 2) * unimodal - (points - 1) * deviating, (points - 2) * (unimodal + deviating)
    )
    return unimodality * (1 - Fraction(used - 1, points - 1))


def polarization(counts: Sequence[int]) -> Exact:
    """(1 - A) / 2: 0 for one used point, 1/2 for uniform ratings, 1 for two halves at the ends.

    A turned from agreement into disagreement, as in R's agrmt; undefined where A is.
    """
    agreement = van_der_eijk_agreement(counts)
    return agreement if isinstance(agreement, Undefined) else (1 - agreement) / 2


def leik_d(counts: Sequence[int]) -> Exact:
    """D = 2 sum d_i / (K - 1) with d_i = F_i if F_i <= 1/2 else 1 - F_i; 0 for one used point, 1 for two halves.

    Leik (1966), Pacific Sociological Review 9:85-90.
    """
    cumulative = _cumulative(counts)
    if isinstance(cumulative, Undefined):
        return cumulative
    return 2 * sum((min(f, 1 - f) for f in cumulative), Fraction(0)) / (len(counts) - 1)


def tastle_wierman_consensus(counts: Sequence[int]) -> Number:
    """Cns = 1 + sum p_i log2(1 - abs(i - mean) / (K - 1)); 1 for one used point, 0 for two halves at the ends.

    Tastle & Wierman (2007), Int J Approximate Reasoning 45:531-545. Points nobody chose add nothing.
    """
    n = _total(counts)
    if not n:
        return NO_RATINGS
    mean = Fraction(sum(point * count for point, count in enumerate(counts)), n)
    width = len(counts) - 1
    return 1 + sum(
        count / n * log2(1 - abs(point - mean) / width) for point, count in enumerate(counts) if count
    )


def d_squared(counts: Sequence[int]) -> Exact:
    """d^2 = sum over i < K of (F_i - 1/2)^2: 0 for two halves at the ends, (K - 1) / 4 for one used point.

    Blair & Lacy (2000), Sociological Methods & Research 28:251-280.
    """
    cumulative = _cumulative(counts)
    if isinstance(cumulative, Undefined):
        return cumulative
    return sum(((f - Fraction(1, 2)) ** 2 for f in cumulative), Fraction(0))


def blair_lacy_l_squared(counts: Sequence[int]) -> Exact:
    """l^2 = d^2 / ((K - 1) / 4), from 0 (two halves at the ends) to 1 (one used point); Blair & Lacy (2000)."""
    distance = d_squared(counts)
    return distance if isinstance(distance, Undefined) else distance / Fraction(len(counts) - 1, 4)


def blair_lacy_l(counts: Sequence[int]) -> Number:
    """l = square root of l^2, a distance in place of its square, from 0 to 1 too; Blair & Lacy (2000)."""
    squared = blair_lacy_l_squared(counts)
    return squared if isinstance(squared, Undefined) else sqrt(squared)


def kvalseth_cov(counts: Sequence[int]) -> Number:
    """Coefficient of ordinal variation 1 - l: 0 for one used point, 1 for two halves at the ends.

    Kvalseth (1995), Perceptual and Motor Skills 80:843-847, as presented by Blair & Lacy (2000).
    """
    concentration = blair_lacy_l(counts)
    return concentration if isinstance(concentration, Undefined) else 1 - concentration


def berry_mielke_iov(counts: Sequence[int]) -> Exact:
    """Index of ordinal variation T / Tmax, T = sum over i < j of n_i n_j (j - i); from 0 to 1.

    Tmax = n^2 (K - 1) / 4, or (n^2 - 1) (K - 1) / 4 when n is odd, since halves cannot then be equal; one rater
    varies by 0. Berry & Mielke (1992), Perceptual and Motor Skills 74:63-66.
    """
    n = _total(counts)
    if not n:
        return NO_RATINGS
    spread = sum(
        one * other * (right - left) for (left, one), (right, other) in combinations(enumerate(counts), 2)
    )
    largest = Fraction((n * n - n % 2) * (len(counts) - 1), 4)
    return spread / largest if largest else Fraction(0)


def entropy(counts: Sequence[int]) -> Number:
    """Shannon's entropy in bits, - sum p_i log2 p_i, from 0 (one used point) to log2 K (uniform).

    Shannon (1948), Bell System Technical Journal 27:379-423. It ignores the order of the points. 0 log2 0 is 0.
    """
    n = _total(counts)
    if not n:
        return NO_RATINGS
    return sum(-count / n * log2(count / n) for count in counts if count) + 0.0


def reardon(counts: Sequence[int]) -> Number:
    """Ordinal entropy, the mean over i < K of - F_i log2 F_i - (1 - F_i) log2(1 - F_i); from 0 to 1.

    Reardon (2009), Research on Economic Inequality 17:129-155. 0 log2 0 is 0.
    """
    cumulative = _cumulative(counts)
    if isinstance(cumulative, Undefined):
        return cumulative
    parts = [float(share) for f in cumulative for share in (f, 1 - f) if share]
    return sum(-share * log2(share) for share in parts) / (len(counts) - 1) + 0.0


def _total(counts: Sequence[int]) -> int:
    if len(counts) < 2 or min(counts) < 0:
        raise ValueError("counts are numbers of raters, one for each of at least two points")
    return sum(counts)


def _cumulative(counts: Sequence[int]) -> list[Fraction] | Undefined:
    """F_1 to F_(K-1); the last, always 1, is left out."""
    n = _total(counts)
    return [Fraction(below, n) for below in accumulate(counts[:-1])] if n else NO_RATINGS
