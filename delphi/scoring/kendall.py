"""Kendall's coefficient of concordance W: do the judges put the items in the same order?

Kendall MG, Babington Smith B. The problem of m rankings. Ann Math Stat 1939;10:275-287.
Friedman M. The use of ranks to avoid the assumption of normality. JASA 1937;32:675-701.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.agreement import (
    ONE_ITEM,
    ONE_RATER,
    Drop,
    Matrix,
    complete_cases,
)
from delphi.scoring.exact import Undefined

ALL_TIED: Final = Undefined("all_tied")

Ranks = NDArray[np.int64]
Orientation = Literal["raters x items", "items x raters"]


@dataclass(frozen=True)
class Concordance:
    """W of m `raters` over n `items`, corrected for ties (`w`) and not (`w_uncorrected`, too low with ties).

    `s`: sum of squared deviations of the items' rank sums from their mean. `ties`: sum of T over raters.
    `chi2` = m (n - 1) W, the Friedman statistic, with `df` = n - 1 and its `p_value`. `mean_spearman`: the mean
    of Spearman's rho over pairs of raters, undefined when a rater ties everything.
    """

    w: float
    w_uncorrected: float
    s: float
    ties: int
    chi2: float
    df: int
    p_value: float
    mean_spearman: float | Undefined
    raters: int
    items: int
    dropped_raters: int
    dropped_items: int


def kendall_w(
    ratings: Matrix, *, drop: Drop | None = None, orientation: Orientation = "raters x items"
) -> Concordance | Undefined:
    """W = 12 S / (m^2 (n^3 - n) - m sum T), each rater's ratings turned into ranks 1..n, ties sharing theirs.

    S = sum (R_i - m (n + 1) / 2)^2 over the items' rank sums R_i; T = sum (t^3 - t) over a rater's groups of t
    tied items. W runs from 0 to 1; ratios are formed in whole numbers, so never beyond. chi2 is an
    approximation, good from about 7 items.

    `ratings`: raters x items, NaN = no answer, or the other way round by `orientation`. Only complete cases can
    be ranked: `drop` says whether "raters" or "items" with a gap are left out.
    Undefined: "incomplete" (a gap, and `drop` not said), "no_complete_cases", "one_rater", "one_item",
    "all_tied" (every rater ties every item). A rater who ties everything is kept, and lowers neither S nor
    the denominator. ValueError for another orientation, drop or shape.
    """
    if orientation not in ("raters x items", "items x raters"):
        raise ValueError(f"orientation {orientation!r} is neither 'raters x items' nor 'items x raters'")
    cases = complete_cases(ratings if orientation == "raters x items" else np.transpose(ratings), drop)
    if isinstance(cases, Undefined):
        return cases
    m, n = cases.ratings.shape
    if m < 2:
        return ONE_RATER
    if n < 2:
        return ONE_ITEM
    ranks2 = doubled_ranks(cases.ratings)
    s4 = sum((int(total) - m * (n + 1)) ** 2 for total in ranks2.sum(axis=0))
    ties = int((m * (n**3 - n)) - 3 * ((ranks2 - (n + 1)) ** 2).sum())
    untied = m * m * (n**3 - n)
    if untied == m * ties:
        return ALL_TIED
    w = Fraction(3 * s4, untied - m * ties)
    chi2 = m * (n - 1) * w
    return Concordance(
        w=float(w),
        w_uncorrected=3 * s4 / untied,
        s=s4 / 4,
        ties=ties,
        chi2=float(chi2),
        df=n - 1,
        p_value=_upper_tail(float(chi2), n - 1),
        mean_spearman=mean_spearman(ranks2),
        raters=m,
        items=n,
        dropped_raters=cases.dropped_raters,
        dropped_items=cases.dropped_items,
    )


def doubled_ranks(ratings: Matrix) -> Ranks:
    """Twice the rank of each item within each rater (raters x items): ties share the mean of their ranks.

    Twice, so that half ranks are whole numbers. A run of equal ratings in places a to b of a rater's order has
    the doubled rank a + b.
    """
    m, n = ratings.shape
    order = np.argsort(ratings, axis=1, kind="stable")
    ordered = np.take_along_axis(ratings, order, axis=1)
    place = np.broadcast_to(np.arange(1, n + 1), (m, n))
    rises = np.diff(ordered, axis=1) > 0
    starts = np.concatenate([np.ones((m, 1), dtype=bool), rises], axis=1)
    ends = np.concatenate([rises, np.ones((m, 1), dtype=bool)], axis=1)
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, place, n + 1)[:, ::-1], axis=1)[:, ::-1]
    doubled = np.empty((m, n), dtype=np.int64)
    np.put_along_axis(doubled, order, first + last, axis=1)
    return doubled


def mean_spearman(ranks2: Ranks) -> float | Undefined:
    """The mean of Spearman's rho over all pairs of raters, from their doubled ranks (raters x items).

    With each rater's ranks centred and scaled to length 1, the squared length of their sum is m plus twice the
    sum of rho over pairs. Undefined when a rater ties everything, who has no rho. Without ties it equals
    (m W - 1) / (m - 1).
    """
    m, n = ranks2.shape
    centred = (ranks2 - (n + 1)).astype(np.float64)
    length = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    if not length.all():
        return ALL_TIED
    together = float(((centred / length).sum(axis=0) ** 2).sum())
    return (together - m) / (m * (m - 1))


def _upper_tail(chi2: float, df: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(df, chi2))
