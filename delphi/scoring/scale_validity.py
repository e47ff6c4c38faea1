"""Content validity beyond one count: Aiken's V, the validity of a whole scale, tables of critical CVR.

One item's CVR, its exact critical value, I-CVI and modified kappa are in `content_validity`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.content_validity import ALPHA, cvr_critical, icvi, modified_kappa
from delphi.scoring.dispersion import answered
from delphi.scoring.exact import NO_RATINGS, Exact, Number, Undefined
from delphi.scoring.intervals import score_interval


@dataclass(frozen=True)
class AikenV:
    """Aiken's V of n raters, with the score interval."""

    value: Fraction
    low: float
    high: float
    n: int


def aiken_v(
    values: Iterable[float], lowest: int, highest: int, confidence: float = 0.95
) -> AikenV | Undefined:
    """V = (mean - lowest) / (highest - lowest), from 0 to 1, on a scale declared from `lowest` to `highest`.

    values: 1-D, NaN = no answer. Aiken (1980), Educ Psychol Meas 40:955-959. Interval: Wilson's with
    n (highest - lowest) trials, Penfield & Giacobbi (2004), Meas Phys Educ Exerc Sci 8:213-225. The divisor is
    highest - lowest, not the number of points.
    Undefined when nobody rated. ValueError for a rating off the scale, or a scale without width.
    """
    given = answered(values)
    if highest <= lowest or any(not lowest <= x <= highest for x in given):
        raise ValueError(f"a rating is not on a scale of {lowest} to {highest}")
    n = len(given)
    steps, trials = sum((x - lowest for x in given), Fraction(0)), n * (highest - lowest)
    interval = score_interval(float(steps), trials, confidence)
    if isinstance(interval, Undefined):
        return NO_RATINGS
    return AikenV(steps / trials, *interval, n)


@dataclass(frozen=True)
class ScaleValidity:
    """Content validity of a scale of items.

    i_cvi and kappa: one per item. average: S-CVI/Ave, the mean of the items' I-CVI; average_by_raters: the mean
    over raters of the share of items each calls relevant, the same unless answers are missing. universal:
    S-CVI/UA, the share of items all raters call relevant. mean_kappa: the mean of modified kappa.
    """

    i_cvi: tuple[Exact, ...]
    kappa: tuple[Exact, ...]
    average: Exact
    average_by_raters: Exact
    universal: Exact
    mean_kappa: Exact


def scale_validity(ratings: NDArray[np.float64], relevant: Collection[int] = (3, 4)) -> ScaleValidity:
    """I-CVI and modified kappa of each item and their summaries; ratings: raters x items, NaN = no answer.

    Lynn (1986), Nursing Research 35:382-385; Polit & Beck (2006), Res Nurs Health 29:489-497; Polit, Beck & Owen
    (2007). `relevant`: the points that call an item relevant, 3 and 4 of 4. An item's denominator is those who
    answered it; items nobody answered are left out of the means. Undefined where nothing is left.
    """
    matrix = np.asarray(ratings, float)
    rated, in_favour = ~np.isnan(matrix), np.isin(matrix, list(relevant))
    votes = list(zip(in_favour.sum(0).tolist(), rated.sum(0).tolist(), strict=True))
    by_item = tuple(icvi(count, n) for count, n in votes)
    by_rater = [
        icvi(count, n) for count, n in zip(in_favour.sum(1).tolist(), rated.sum(1).tolist(), strict=True)
    ]
    kappa = tuple(modified_kappa(count, n) for count, n in votes)
    unanimous = [Fraction(index == 1) for index in by_item if not isinstance(index, Undefined)]
    return ScaleValidity(by_item, kappa, _mean(by_item), _mean(by_rater), _mean(unanimous), _mean(kappa))


def _mean(values: Iterable[Exact]) -> Exact:
    defined = [value for value in values if not isinstance(value, Undefined)]
    return sum(defined, Fraction(0)) / len(defined) if defined else NO_RATINGS


def cvr_critical_normal(n: int, alpha: float = 0.05) -> Number:
    """z(1 - alpha) / sqrt(n), one-tailed: the normal approximation to the critical CVR.

    Wilson, Pan & Schumsky (2012), Meas Eval Couns Dev 45:197-210. Too lenient for few raters: .58 at n = 8, where
    the exact value is .75. For a two-tailed level give half of it. Undefined when n is 0; ValueError for an alpha
    outside 0 to 1.
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha = {alpha} is not between 0 and 1")
    return NormalDist().inv_cdf(1 - alpha) / sqrt(n) if n else NO_RATINGS


@dataclass(frozen=True)
class CvrCritical:
    """One row of the exact table: `votes` of n raters are needed, and chance reaches them with `exact_p`."""

    n: int
    votes: int
    cvr: Fraction
    exact_p: Fraction


def cvr_table(
    sizes: Iterable[int] = range(5, 41), alpha: Fraction | float = ALPHA
) -> tuple[CvrCritical, ...]:
    """The smallest significant vote for each number of raters, one-tailed at `alpha` with p = 1/2.

    exact_p = P(Bin(n, 1/2) >= votes). Ayre & Scally (2014), Meas Eval Couns Dev 47:79-86. A size without a
    critical value (see `content_validity.cvr_critical`), at 0.05 every one below 5, has no row.
    """
    rows = []
    for n in sizes:
        critical = cvr_critical(n, alpha)
        if not isinstance(critical, Undefined):
            votes = int((critical + 1) * n / 2)
            tail = Fraction(sum(comb(n, k) for k in range(votes, n + 1)), 2**n)
            rows.append(CvrCritical(n, votes, critical, tail))
    return tuple(rows)
