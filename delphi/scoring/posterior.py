"""The probability that the true share passes a threshold, given the votes, if experts are exchangeable."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final

from delphi.scoring.exact import NO_RATINGS, Undefined

JEFFREYS: Final = (0.5, 0.5)
ASSUMPTION: Final = "if exchangeable"


@dataclass(frozen=True)
class Posterior:
    """`count` of `n` in the band. `probability` that the true share is at least `threshold`, the posterior
    `mean`, and the equal-tailed credible interval from `low` to `high`, all as proportions.

    `assumption` belongs in every label: a panel is chosen, not drawn at random.
    """

    count: int
    n: int
    threshold: float
    probability: float
    mean: float
    low: float
    high: float
    assumption: str = ASSUMPTION


def posterior_share(
    count: int,
    n: int,
    threshold: Fraction | float,
    prior: tuple[float, float] = JEFFREYS,
    confidence: float = 0.95,
) -> Posterior | Undefined:
    """P(true share >= t) = 1 - I_t(k + a, n - k + b), with a = b = 1/2 (Jeffreys) unless said.

    The conjugate beta posterior of a binomial share (Gelman et al., Bayesian Data Analysis, ch. 2). The interval
    runs between the quantiles (1 - confidence) / 2 and (1 + confidence) / 2, also at 0 and n. Undefined when n
    is 0, where only the prior would speak. ValueError for a count outside 0 to n, a threshold outside 0 to 1, a
    prior that is not positive, a confidence not between 0 and 1.
    """
    from scipy.special import betaincinv
    from scipy.stats import beta

    _check(count, n, threshold, prior)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    if not n:
        return NO_RATINGS
    a, b, t = count + prior[0], n - count + prior[1], float(threshold)
    return Posterior(
        count=count,
        n=n,
        threshold=t,
        probability=float(beta.sf(t, a, b)),
        mean=a / (a + b),
        low=float(betaincinv(a, b, (1 - confidence) / 2)),
        high=float(betaincinv(a, b, (1 + confidence) / 2)),
    )


def finite_panel_probability(
    count: int,
    n: int,
    members: int,
    threshold: Fraction | float,
    prior: tuple[float, float] = JEFFREYS,
) -> float | Undefined:
    """The probability that at least `threshold` of all `members` are in the band, `count` of the n seen being.

    The unseen members - n follow a beta-binomial with a + k and b + n - k; P(k + X >= ceil(t members)), the
    number needed being counted exactly (0.7 is seven tenths). With n = members it is 0 or 1. Undefined when n
    is 0. ValueError as `posterior_share`, and for fewer members than n.
    """
    from scipy.stats import betabinom

    _check(count, n, threshold, prior)
    if members < n:
        raise ValueError(f"{members} members, but {n} have answered")
    if not n:
        return NO_RATINGS
    needed = ceil(_as_written(threshold) * members) - count
    if needed <= 0:
        return 1.0
    if needed > members - n:
        return 0.0
    return float(betabinom.sf(needed - 1, members - n, count + prior[0], n - count + prior[1]))


def _as_written(threshold: Fraction | float) -> Fraction:
    return threshold if isinstance(threshold, Fraction) else Fraction(Decimal(repr(float(threshold))))


def _check(count: int, n: int, threshold: Fraction | float, prior: tuple[float, float]) -> None:
    if not 0 <= count <= n:
        raise ValueError(f"a count of {count} among {n}")
    if not 0 <= threshold <= 1:
        raise ValueError(f"a threshold of {threshold} is not a share from 0 to 1")
    if min(prior) <= 0:
        raise ValueError(f"a prior of {prior} is not positive")
