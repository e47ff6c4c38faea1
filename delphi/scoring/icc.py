"""Intraclass correlation: the six forms of Shrout and Fleiss, with F tests and intervals.

Shrout PE, Fleiss JL. Intraclass correlations: uses in assessing rater reliability. Psychol Bull 1979;86:420-428.
McGraw KO, Wong SP. Forming inferences about some intraclass correlation coefficients. Psychol Methods
1996;1:30-46.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from delphi.scoring.agreement import (
    NOTHING,
    ONE_ITEM,
    ONE_RATER,
    Drop,
    Matrix,
    complete_cases,
)
from delphi.scoring.exact import NO_VARIANCE, Undefined

NO_ERROR: Final = Undefined("no_error_variance")
NO_DENOMINATOR: Final = Undefined("no_denominator")
NO_BOUND: Final = Undefined("no_bound")
# Sums of squares below this share of the sum of squared ratings are the rounding error of zero.
ROUNDING: Final = 1e-24

Limit = float | Undefined


@dataclass(frozen=True)
class MeanSquares:
    """Two-way analysis of variance of n `items` by k `raters`, one rating in each cell.

    `between` items (BMS), `within` items (WMS), `raters` as judges (JMS), and what is left (EMS, `error`).
    """

    between: float
    within: float
    judges: float
    error: float
    items: int
    raters: int


@dataclass(frozen=True)
class Intraclass:
    """One form: its value, the F test of "no correlation", and an interval.

    `low`, `high`: Shrout and Fleiss. `low_mcgraw_wong`, `high_mcgraw_wong` differ from them in ICC(2,k) only.
    `f` is undefined where there is no error variance; its p is then 0.
    """

    value: float
    f: float | Undefined
    df1: int
    df2: int
    p_value: float
    low: Limit
    high: Limit
    low_mcgraw_wong: Limit
    high_mcgraw_wong: Limit


Form = Intraclass | Undefined


@dataclass(frozen=True)
class IntraclassCorrelations:
    """The six forms. 1: raters differ from item to item; 2: raters are a sample; 3: these raters alone matter.

    `_1` is the reliability of one rater, `_k` that of the mean of all k.
    """

    icc1_1: Form
    icc2_1: Form
    icc3_1: Form
    icc1_k: Form
    icc2_k: Form
    icc3_k: Form
    mean_squares: MeanSquares
    dropped_raters: int
    dropped_items: int


def icc(
    ratings: Matrix, *, drop: Drop | None = None, level: float = 0.95
) -> IntraclassCorrelations | Undefined:
    """The six intraclass correlations of `ratings`, raters x items, NaN = no answer.

    With the mean squares BMS, WMS, JMS, EMS of n items by k raters:
    ICC(1,1) = (BMS - WMS) / (BMS + (k-1) WMS)           ICC(1,k) = (BMS - WMS) / BMS
    ICC(2,1) = (BMS - EMS) / (BMS + (k-1) EMS + k (JMS - EMS) / n)
    ICC(2,k) = (BMS - EMS) / (BMS + (JMS - EMS) / n)
    ICC(3,1) = (BMS - EMS) / (BMS + (k-1) EMS)           ICC(3,k) = (BMS - EMS) / BMS
    Negative estimates are kept: items differ less than chance would have them.

    The design must be balanced: `drop` says whether "raters" or "items" with a gap are left out.
    Undefined: "incomplete" (a gap, and `drop` not said), "no_complete_cases", "one_rater", "one_item",
    "no_variance" (all ratings the same); a single form is "no_denominator" where it divides by 0 or less, as
    ICC(3,k) does when items do not differ. Limits at `level`, by F: formulas below at `_ratio_form` (forms 1 and 3)
    and `_two_way_random` (form 2); "no_bound" where they have none. ValueError for a level not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level = {level} is not between 0 and 1")
    cases = complete_cases(ratings, drop)
    if isinstance(cases, Undefined):
        return cases
    k, n = cases.ratings.shape
    if k < 2:
        return ONE_RATER
    if n < 2:
        return ONE_ITEM
    ms = mean_squares(cases.ratings)
    if ms.between == ms.within == 0:
        return NO_VARIANCE
    return IntraclassCorrelations(
        icc1_1=_one_way(ms, level, average=False),
        icc2_1=_two_way_random(ms, level, average=False),
        icc3_1=_two_way_mixed(ms, level, average=False),
        icc1_k=_one_way(ms, level, average=True),
        icc2_k=_two_way_random(ms, level, average=True),
        icc3_k=_two_way_mixed(ms, level, average=True),
        mean_squares=ms,
        dropped_raters=cases.dropped_raters,
        dropped_items=cases.dropped_items,
    )


def mean_squares(ratings: Matrix) -> MeanSquares:
    """The mean squares of a gapless raters x items matrix of at least 2 x 2.

    With x_ij rater i's rating of item j, and dots for means: BMS = k sum(x_.j - x_..)^2 / (n - 1),
    JMS = n sum(x_i. - x_..)^2 / (k - 1), EMS = sum(x_ij - x_i. - x_.j + x_..)^2 / ((n - 1) (k - 1)),
    WMS = sum(x_ij - x_.j)^2 / (n (k - 1)). Sums that are 0 but for rounding are 0.
    """
    k, n = ratings.shape
    deviations = ratings - ratings.mean()
    items, raters = deviations.mean(axis=0), deviations.mean(axis=1)
    zero = ROUNDING * float((ratings**2).sum())
    between = _at_least(zero, k * float((items**2).sum()))
    judges = _at_least(zero, n * float((raters**2).sum()))
    error = _at_least(zero, float(((deviations - items - raters[:, np.newaxis]) ** 2).sum()))
    return MeanSquares(
        between=between / (n - 1),
        within=(judges + error) / (n * (k - 1)),
        judges=judges / (k - 1),
        error=error / ((n - 1) * (k - 1)),
        items=n,
        raters=k,
    )


def _one_way(ms: MeanSquares, level: float, *, average: bool) -> Form:
    return _ratio_form(ms, ms.within, ms.items * (ms.raters - 1), level, average=average)


def _two_way_mixed(ms: MeanSquares, level: float, *, average: bool) -> Form:
    return _ratio_form(ms, ms.error, (ms.items - 1) * (ms.raters - 1), level, average=average)


def _ratio_form(ms: MeanSquares, error: float, df2: int, level: float, *, average: bool) -> Form:
    """Forms 1 and 3, functions of F = BMS / error alone.

    With F* the quantile of F at (1 + level) / 2: F_low = F / F*(df1, df2), F_high = F x F*(df2, df1). Limits of
    one rater: (F_lim - 1) / (F_lim + k - 1); of the mean: 1 - 1 / F_lim.
    """
    df1, k = ms.items - 1, ms.raters
    others = 0 if average else k - 1
    value = _ratio(ms.between - error, ms.between + others * error)
    if isinstance(value, Undefined):
        return value
    upper = (1 + level) / 2
    between_low = ms.between / _f_quantile(upper, df1, df2)
    between_high = ms.between * _f_quantile(upper, df2, df1)
    low = _ratio(between_low - error, between_low + others * error)
    high = _ratio(between_high - error, between_high + others * error)
    return _with_test(value, ms.between, error, df1, df2, (low, high), (low, high))


def _two_way_random(ms: MeanSquares, level: float, *, average: bool) -> Form:
    """Form 2, whose interval rests on Satterthwaite's degrees of freedom; tested by BMS / EMS.

    For the mean of k raters, Shrout and Fleiss step up the limits L of one rater, k L / (1 + (k - 1) L);
    McGraw and Wong put ICC(2,k) itself into the degrees of freedom and solve for its limits directly.
    """
    n, k = ms.items, ms.raters
    one = _ratio(ms.between - ms.error, _added(ms.between, (k - 1 - k / n) * ms.error, k * ms.judges / n))
    mean = _ratio(ms.between - ms.error, _added(ms.between, ms.judges / n, -ms.error / n))
    value = mean if average else one
    if isinstance(value, Undefined):
        return value
    limits = plain = _random_limits(ms, one, level, k * ms.judges + (k * n - k - n) * ms.error)
    if average:
        limits = (_stepped_up(plain[0], k), _stepped_up(plain[1], k))
        plain = _random_limits(ms, mean, level, ms.judges - ms.error)
    return _with_test(value, ms.between, ms.error, n - 1, (n - 1) * (k - 1), limits, plain)


def _random_limits(ms: MeanSquares, estimate: Limit, level: float, rest: float) -> tuple[Limit, Limit]:
    """n (BMS / F - EMS) / (rest + n BMS / F), with F* (n - 1, v) for F below and 1 / F* (v, n - 1) above.

    v = (k - 1) (n - 1) (a + b)^2 / ((n - 1) a^2 + b^2), a = k r JMS, b = (n (1 + (k - 1) r) - k r) EMS, r the
    estimate.
    """
    if isinstance(estimate, Undefined):
        return estimate, estimate
    n, k = ms.items, ms.raters
    a = k * estimate * ms.judges
    b = (n * (1 + (k - 1) * estimate) - k * estimate) * ms.error
    if a == b == 0:  # neither judges nor error vary: the ratings of each item are all the same
        return 1.0, 1.0
    v = (k - 1) * (n - 1) * _added(a, b) ** 2 / ((n - 1) * a**2 + b**2)
    if v <= 0:
        return NO_BOUND, NO_BOUND
    upper = (1 + level) / 2
    below = ms.between / _f_quantile(upper, n - 1, v)
    above = ms.between * _f_quantile(upper, v, n - 1)
    low = _ratio(n * (below - ms.error), rest + n * below, NO_BOUND)
    high = _ratio(n * (above - ms.error), rest + n * above, NO_BOUND) if np.isfinite(above) else 1.0
    return low, high


def _with_test(
    value: float,
    between: float,
    error: float,
    df1: int,
    df2: int,
    limits: tuple[Limit, Limit],
    mcgraw_wong: tuple[Limit, Limit],
) -> Intraclass:
    from scipy.special import fdtrc

    f: Limit = between / error if error else NO_ERROR
    p_value = 0.0 if isinstance(f, Undefined) else float(fdtrc(df1, df2, f))
    return Intraclass(value, f, df1, df2, p_value, *limits, *mcgraw_wong)


def _stepped_up(limit: Limit, k: int) -> Limit:
    if isinstance(limit, Undefined):
        return NO_BOUND
    return _ratio(k * limit, _added(1, (k - 1) * limit), NO_BOUND)


def _ratio(above: float, below: float, otherwise: Undefined = NO_DENOMINATOR) -> Limit:
    return above / below if below > 0 else otherwise


def _added(*parts: float) -> float:
    """Their sum, 0 where they cancel but for rounding."""
    total = sum(parts)
    return total if abs(total) > NOTHING * max(map(abs, parts)) else 0.0


def _at_least(zero: float, sum_of_squares: float) -> float:
    return sum_of_squares if sum_of_squares > zero else 0.0


def _f_quantile(p: float, df1: float, df2: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(df1, df2, p))
