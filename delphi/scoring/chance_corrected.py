"""Agreement of any number of raters beyond chance: Fleiss, Conger, Gwet, Brennan-Prediger.

Each coefficient is (pa - pe) / (1 - pe) on q points of the full declared scale, used or not, with weights w_kl of
`agreement_weights`, in Gwet's form for unequal numbers of raters:

- `counts` are items x points, r_ik raters who gave point k to item i, r_i in all; `ratings` are raters x items,
  NaN = no answer. Items nobody rated count nowhere.
- pa: the mean over items with two ratings or more of sum_k(r_ik ((W r_i)_k - 1)) / (r_i (r_i - 1)).
- pi_k: the mean over items with one rating or more of r_ik / r_i; an item rated once counts for chance alone.
- Undefined: "no_pairs" (no item has two ratings), "no_variance" (pe = 1); with one item the value stands and its
  error and limits are "one_item". Values below 0 are kept.
- ValueError: a rating off the scale, counts that are not whole numbers over it, a level not between 0 and 1.

Gwet KL. Handbook of inter-rater reliability, 4th ed. 2014 (all of them, with missing answers, weights and errors).
Fleiss JL. Measuring nominal scale agreement among many raters. Psychol Bull 1971;76:378-382.
Fleiss JL, Nee JCM, Landis JR. Large sample variance of kappa. Psychol Bull 1979;86:974-977.
Brennan RL, Prediger DJ. Coefficient kappa: some uses, misuses, and alternatives. Educ Psychol Meas 1981;41:687-699.
Conger AJ. Integration and generalization of kappas for multiple raters. Psychol Bull 1980;88:322-328.
Gwet KL. Computing inter-rater reliability in the presence of high agreement. Br J Math Stat Psychol 2008;61:29-48.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, Literal

import numpy as np

from delphi.scoring.agreement import (
    NO_PAIRS,
    NOTHING,
    ONE_ITEM,
    ONE_RATER,
    Coefficient,
    Matrix,
    Weighting,
    agreement_weights,
    coefficient,
    count_matrix,
    counts_per_point,
    declared_points,
    rating_matrix,
)
from delphi.scoring.exact import NO_VARIANCE, Undefined
from delphi.scoring.krippendorff import alpha_with_weights

Result = Coefficient | Undefined
Expectation = Literal["percent_agreement", "fleiss", "gwet", "brennan_prediger"]
EXPECTATIONS: Final[tuple[Expectation, ...]] = ("percent_agreement", "fleiss", "gwet", "brennan_prediger")


@dataclass(frozen=True)
class ChanceCorrected:
    """One weighting's family. `gwet` is AC1 unweighted and AC2 otherwise. Each value is (pa - pe) / (1 - pe)."""

    weighting: Weighting
    percent_agreement: Result
    fleiss: Result
    conger: Result
    gwet: Result
    brennan_prediger: Result
    krippendorff: Result


def chance_corrected(
    ratings: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> ChanceCorrected:
    """The whole family from `ratings`, raters x items (NaN = no answer), on every point of `scale`.

    `level` is that of the intervals. What is undefined, and errors: at the top of this file, one by one.
    """
    conger = conger_kappa(ratings, scale, weighting, level=level)
    return _family(counts_per_point(ratings, scale), scale, weighting, level, conger)


def chance_corrected_from_counts(
    counts: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> ChanceCorrected:
    """The family from items x points counts; Conger's kappa needs to know who rated, and is undefined."""
    return _family(count_matrix(counts, scale), scale, weighting, level, Undefined("raters_unknown"))


def percent_agreement(
    counts: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> Result:
    """pa itself, the mean weighted agreement of pairs of raters, 0 to 1, without any correction (pe = 0).

    `counts`: items x points. Undefined: "no_pairs" alone.
    """
    return _from_counts(counts, scale, weighting, "percent_agreement", level)


def fleiss_kappa(
    counts: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> Result:
    """Chance: two raters draw from the panel's distribution, pe = sum(w_kl pi_k pi_l).

    `counts`: items x points. With equal numbers of raters per item and no weights this is Fleiss 1971; with two
    raters Scott's pi. Points nobody used change nothing, except that "ordinal" weights count them as steps.
    Undefined: "no_pairs", "no_variance" (every rating is the same).
    """
    return _from_counts(counts, scale, weighting, "fleiss", level)


def gwet_ac(
    counts: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> Result:
    """AC1 (Gwet 2008), with weights AC2: pe = sum(w_kl) / (q (q - 1)) x sum(pi_k (1 - pi_k)).

    `counts`: items x points. Every rating the same gives 1. Undefined: "no_pairs".
    """
    return _from_counts(counts, scale, weighting, "gwet", level)


def brennan_prediger(
    counts: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> Result:
    """Chance: every declared point is as likely, pe = sum(w_kl) / q^2.

    `counts`: items x points. Brennan and Prediger 1981, there without weights; also known as Randolph's
    free-marginal kappa, and for two raters as Bennett's S. Every rating the same gives 1. Undefined: "no_pairs".
    """
    return _from_counts(counts, scale, weighting, "brennan_prediger", level)


def conger_kappa(
    ratings: Matrix, scale: Sequence[float], weighting: Weighting = "unweighted", *, level: float = 0.95
) -> Result:
    """Chance: two raters g, h draw from distributions of their own, pe = mean over g != h of sum(w_kl p_gk p_hl).

    `ratings`: raters x items, NaN = no answer. p_gk: the share of g's ratings on point k. Raters without any
    rating are left out. Two raters: Cohen's kappa. The standard error is that of `_linearised`, where chance at
    item i is linearised in the p_gk: e_i = sum over g of (n / n_g) (u_g(x_gi) - (1 - n_g / n) u_g . p_g) /
    (r (r - 1)), the first term and the 1 only where g rated i; u_g = sum of W p_h over h != g.
    Undefined: "no_pairs", "one_rater", "no_variance" (pe = 1).
    """
    given = rating_matrix(ratings)
    counts = counts_per_point(given, scale)
    items = _items(counts, agreement_weights(weighting, scale))
    if isinstance(items, Undefined):
        return items
    given = given[~np.isnan(given).all(axis=1)][:, counts.any(axis=1)]
    if len(given) < 2:
        return ONE_RATER
    r, n = given.shape
    chosen = [given == point for point in declared_points(scale)]
    rated = np.stack([np.count_nonzero(mask, axis=1) for mask in chosen], axis=1)
    n_g = rated.sum(axis=1)
    p = rated / n_g[:, np.newaxis]
    u = (p.sum(axis=0) - p) @ items.weights
    mean_u = (u * p).sum(axis=1)
    pe = float(mean_u.sum()) / (r * (r - 1))
    e_i = -(n / n_g * mean_u) @ ~np.isnan(given) + mean_u.sum()
    for k, mask in enumerate(chosen):
        e_i += (n / n_g * u[:, k]) @ mask
    return _linearised(items, pe, e_i / (r * (r - 1)), level)


@dataclass(frozen=True)
class FleissTest:
    """Fleiss' kappa with the test of "no agreement beyond chance": z, and its two-sided p."""

    kappa: float
    z: float
    p_value: float


def fleiss_test(counts: Matrix, scale: Sequence[float]) -> FleissTest | Undefined:
    """kappa, and z = kappa / se0 for items x points counts with the same number m >= 2 of raters per item.

    se0^2 = 2 / (n m (m - 1)) x ((sum p q)^2 - sum p q (q - p)) / (sum p q)^2, p the share of each point, q = 1 - p:
    the variance under no agreement (Fleiss, Nee and Landis 1979). Items nobody rated are left out.
    Undefined: "no_pairs", "unequal_raters", "no_variance".
    """
    from scipy.special import ndtr

    rated = count_matrix(counts, scale)
    rated = rated[rated.any(axis=1)]
    kappa = fleiss_kappa(rated, scale)
    if isinstance(kappa, Undefined):
        return kappa
    n, m = len(rated), float(rated[0].sum())
    if (rated.sum(axis=1) != m).any():
        return Undefined("unequal_raters")
    p = rated.sum(axis=0) / (n * m)
    pq = p * (1 - p)
    spread = float(pq.sum())
    variance = 2 / (n * m * (m - 1)) * (spread**2 - float((pq * (1 - 2 * p)).sum())) / spread**2
    z = kappa.value / float(np.sqrt(variance))
    return FleissTest(kappa.value, z, 2 * float(ndtr(-abs(z))))


def fleiss_by_point(counts: Matrix, scale: Sequence[float]) -> tuple[FleissTest | Undefined, ...]:
    """Fleiss' kappa of each point against all others together, with its test; counts as in `fleiss_test`.

    kappa_k = 1 - sum over items of r_ik (m - r_ik) / (n m (m - 1) p_k q_k), se0^2 = 2 / (n m (m - 1)) (Fleiss 1971;
    Fleiss, Nee and Landis 1979). Undefined: "no_variance" for a point nobody, or everybody, used; else as there.
    """
    rated = count_matrix(counts, scale)
    others = rated.sum(axis=1, keepdims=True) - rated
    return tuple(fleiss_test(np.stack(pair, axis=1), (0, 1)) for pair in zip(rated.T, others.T, strict=True))


def expected_agreement(expectation: Expectation, shares: Matrix, weights: Matrix) -> Matrix:
    """pe from the panel's distribution pi over points, ... x points (for one, or many resamples at once)."""
    q = len(weights)
    if expectation == "fleiss":
        return np.asarray(((shares @ weights) * shares).sum(axis=-1))
    if expectation == "gwet":
        return np.asarray(weights.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=-1))
    if expectation == "brennan_prediger":
        return np.full(shares.shape[:-1], weights.mean())
    if expectation == "percent_agreement":
        return np.zeros(shares.shape[:-1])
    raise ValueError(f"expectation {expectation!r} is not one of {EXPECTATIONS}")


@dataclass(frozen=True)
class _Items:
    """The n items somebody rated: their distributions over points, which have two ratings, their agreement."""

    shares: Matrix
    paired: Matrix
    agreement: Matrix
    weights: Matrix

    @property
    def pa(self) -> float:
        return float(self.agreement.sum() / self.paired.sum())


def _items(counts: Matrix, weights: Matrix) -> _Items | Undefined:
    """The agreement of item i: sum(r_ik ((W r_i)_k - 1)) / (r_i (r_i - 1)), 0 where r_i < 2.

    Sums over points are products with ones: numpy's sums along so short an axis take several times as long.
    """
    over_points = np.ones(len(weights))
    raters = counts @ over_points
    if not raters.all():
        counts, raters = counts[raters > 0], raters[raters > 0]
    paired = (raters >= 2).astype(np.float64)
    if not paired.any():
        return NO_PAIRS
    pairs = np.maximum(raters * (raters - 1), 1)
    agreement = ((counts @ weights * counts) @ over_points - raters) / pairs
    return _Items(counts / raters[:, np.newaxis], paired, agreement * paired, weights)


def _from_counts(
    counts: Matrix, scale: Sequence[float], weighting: Weighting, expectation: Expectation, level: float
) -> Result:
    items = _items(count_matrix(counts, scale), agreement_weights(weighting, scale))
    return items if isinstance(items, Undefined) else _against(items, expectation, level)


def _against(items: _Items, expectation: Expectation, level: float) -> Result:
    """Chance at item i, half of the gradient of pe in pi along the item's shares, so that its mean is pe."""
    n, w = len(items.shares), items.weights
    pi = np.ones(n) @ items.shares / n
    pe = float(expected_agreement(expectation, pi, w))
    if expectation == "fleiss":
        e_i = items.shares @ (w @ pi)
    elif expectation == "gwet":
        e_i = items.shares @ (1 - pi) * w.sum() / (len(w) * (len(w) - 1))
    else:
        e_i = np.full(n, pe)
    return _linearised(items, pe, e_i, level)


def _linearised(items: _Items, pe: float, e_i: Matrix, level: float) -> Result:
    """The coefficient, and its error from its parts per item.

    With n items, n2 of them with two ratings, a_i their agreement and e_i chance at item i:
    x_i = n / n2 (a_i - pe) / (1 - pe) [items with two ratings] - 2 (1 - value) (e_i - pe) / (1 - pe);
    se^2 = sum (x_i - value)^2 / (n (n - 1)).
    """
    if 1 - pe < NOTHING:
        return NO_VARIANCE
    n = len(e_i)
    value = (items.pa - pe) / (1 - pe)
    if n == 1:
        return coefficient(value, ONE_ITEM, n, level)
    gain = n / items.paired.sum() * (items.agreement - pe * items.paired) / (1 - pe)
    x = gain - 2 * (1 - value) * (e_i - pe) / (1 - pe)
    apart = x - value
    se = sqrt(float(apart @ apart) / (n * (n - 1)))
    return coefficient(value, se, n, level)


def _family(
    counts: Matrix, scale: Sequence[float], weighting: Weighting, level: float, conger: Result
) -> ChanceCorrected:
    weights = agreement_weights(weighting, scale)
    items = _items(counts, weights)
    values: dict[Expectation, Result] = {
        name: items if isinstance(items, Undefined) else _against(items, name, level) for name in EXPECTATIONS
    }
    return ChanceCorrected(
        weighting=weighting,
        conger=conger,
        krippendorff=alpha_with_weights(counts, weights, level=level),
        **values,
    )
