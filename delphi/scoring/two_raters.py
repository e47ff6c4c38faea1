"""Agreement of two raters, or of one rater in two rounds, from their square table.

Cohen J. Psychol Bull 1968;70:213-220; its error: Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323-327.
Scott WA. Public Opin Q 1955;19:321-325. Brennan RL, Prediger DJ. Educ Psychol Meas 1981;41:687-699.
Gwet KL. Handbook of inter-rater reliability, 4th ed. 2014 (the errors of the others, and AC1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from delphi.scoring.agreement import (
    NO_PAIRS,
    NOTHING,
    ONE_ITEM,
    Coefficient,
    Matrix,
    Weighting,
    agreement_weights,
    coefficient,
    count_matrix,
    declared_points,
)
from delphi.scoring.exact import NO_VARIANCE, Undefined

Result = Coefficient | Undefined
NO_DENOMINATOR: Final = Undefined("no_denominator")


@dataclass(frozen=True)
class TwoRaters:
    """One weighting's coefficients over the `n` items that both rated. `gwet` is AC1, with weights AC2.

    Each is (pa - pe) / (1 - pe); percent agreement has pe = 0.
    """

    n: int
    weighting: Weighting
    percent_agreement: Result
    cohen: Result
    scott: Result
    gwet: Result
    brennan_prediger: Result
    krippendorff: Result


def table_of(first: Matrix, second: Matrix, scale: Sequence[float]) -> Matrix:
    """The square table of two vectors over the same items: rows the first's points, columns the second's.

    NaN = no answer: only items that both rated are counted. Every point of `scale` has its row and column.
    ValueError for vectors of different length, or a rating that is not a point of the scale.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.ndim != 1 or one.shape != two.shape:
        raise ValueError("two raters' ratings are two vectors over the same items")
    points = declared_points(scale)
    if not all(np.isin(ratings[~np.isnan(ratings)], points).all() for ratings in (one, two)):
        raise ValueError("a rating is not a point of the scale")
    both = ~(np.isnan(one) | np.isnan(two))
    table = np.zeros((len(points), len(points)))
    np.add.at(table, (np.searchsorted(points, one[both]), np.searchsorted(points, two[both])), 1)
    return table


def two_raters(
    table: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> TwoRaters:
    """All coefficients of a square `table` of counts, a row and a column for every point of `scale`.

    p_kl = n_kl / n; pa = sum(w_kl p_kl); W p the weighted margin. With rows' margin a, columns' b and
    pi = (a + b) / 2, chance pe, and its part e_kl of a pair (k, l), whose mean is pe:

    - Cohen: pe = sum(w_kl a_k b_l), e_kl = ((W b)_k + (W a)_l) / 2
    - Scott: pe = sum(w_kl pi_k pi_l), e_kl = ((W pi)_k + (W pi)_l) / 2
    - Gwet: pe = sum(w) / (q (q - 1)) x sum(pi_k (1 - pi_k)), e_kl the same factor x (1 - (pi_k + pi_l) / 2)
    - Brennan-Prediger: pe = e_kl = sum(w) / q^2; percent agreement: 0
    - Krippendorff: Scott's with pa + (1 - pa) / (2 n) for pa; the error is Scott's

    x_kl = (w_kl - pe) / (1 - pe) - 2 (1 - value) (e_kl - pe) / (1 - pe); se^2 = sum(p_kl (x_kl - value)^2) / n,
    which for Cohen is that of Fleiss, Cohen and Everitt. Intervals by t with n - 1 degrees of freedom.
    Undefined: "no_pairs" (an empty table), "no_variance" (pe = 1: both used one and the same point only).
    ValueError for a table that is not square over the scale, or not of whole numbers.
    """
    counts = count_matrix(table, scale)
    if counts.shape[0] != counts.shape[1]:
        raise ValueError("the table of two raters is square")
    n = int(counts.sum())
    if not n:
        return TwoRaters(0, weighting, *[NO_PAIRS] * 6)
    weights = agreement_weights(weighting, scale)
    q, spread = len(weights), float(weights.sum())
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    pi = (rows + columns) / 2

    def beyond(chance: Matrix) -> Result:
        return _beyond(p, weights, chance, n, level)

    scott = beyond(_halves(weights @ pi, weights @ pi))
    return TwoRaters(
        n=n,
        weighting=weighting,
        percent_agreement=beyond(np.zeros_like(p)),
        cohen=beyond(_halves(weights @ columns, weights @ rows)),
        scott=scott,
        gwet=beyond(spread / (q * (q - 1)) * _halves(1 - pi, 1 - pi)),
        brennan_prediger=beyond(np.full_like(p, spread / q**2)),
        krippendorff=_as_krippendorff(scott, level),
    )


def cohen_kappa(
    table: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> Result:
    """Cohen's kappa, weighted or not: 1 - sum((1 - w_kl) p_kl) / sum((1 - w_kl) a_k b_l), terms as in `two_raters`.

    `table`: counts, a row and a column for every point of `scale`, since weights rest on the whole of it.
    Undefined: "no_pairs", "no_variance" (both used one and the same point only). ValueError as in `two_raters`.
    """
    return two_raters(table, scale, weighting, level=level).cohen


@dataclass(frozen=True)
class KappaTest:
    """Cohen's kappa of `n` items with the test of "no agreement beyond chance": z = kappa / se, two-sided p."""

    n: int
    kappa: float
    se: float
    z: float
    p_value: float


def cohen_test(
    table: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted"
) -> KappaTest | Undefined:
    """Whether Cohen's kappa is other than 0, with its standard error if it were 0 (not that of the interval).

    se^2 = (sum(a_k b_l (w_kl - (W b)_k - (W a)_l)^2) - pe^2) / (n (1 - pe)^2), terms as in `two_raters`
    (Fleiss, Cohen and Everitt 1969). `table`: counts, a row and a column for every point of `scale`.
    Undefined: "no_pairs", "no_variance" as there, "no_denominator" where a rater used one point only, which leaves
    nothing to test. ValueError as there.
    """
    from scipy.special import ndtr

    kappa = cohen_kappa(table, scale, weighting)
    if isinstance(kappa, Undefined):
        return kappa
    weights = agreement_weights(weighting, scale)
    p = np.asarray(table, dtype=np.float64) / kappa.items
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    pe = float(rows @ weights @ columns)
    apart = weights - np.add.outer(weights @ columns, weights @ rows)
    spread = float(rows @ apart**2 @ columns) - pe**2
    if spread < NOTHING:
        return NO_DENOMINATOR
    se = float(np.sqrt(spread / kappa.items)) / (1 - pe)
    z = kappa.value / se
    return KappaTest(kappa.items, kappa.value, se, z, 2 * float(ndtr(-abs(z))))


def _halves(of_row: Matrix, of_column: Matrix) -> Matrix:
    return np.asarray(np.add.outer(of_row, of_column) / 2)


def _beyond(p: Matrix, weights: Matrix, chance: Matrix, n: int, level: float) -> Result:
    pa, pe = float((weights * p).sum()), float((chance * p).sum())
    if 1 - pe < NOTHING:
        return NO_VARIANCE
    value = (pa - pe) / (1 - pe)
    if n == 1:
        return coefficient(value, ONE_ITEM, n, level)
    x = (weights - pe) / (1 - pe) - 2 * (1 - value) * (chance - pe) / (1 - pe)
    se = float(np.sqrt((p * (x - value) ** 2).sum() / n))
    return coefficient(value, se, n, level)


def _as_krippendorff(scott: Result, level: float) -> Result:
    """alpha = 1 - (1 - pi) (2 n - 1) / (2 n), pi being Scott's."""
    if isinstance(scott, Undefined):
        return scott
    value = 1 - (1 - scott.value) * (2 * scott.items - 1) / (2 * scott.items)
    return coefficient(value, scott.se, scott.items, level)
