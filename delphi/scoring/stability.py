"""Whether answers to one item have settled between two rounds, as the Delphi literature has measured it.

Rounds are 1-D over the same raters in the same order, NaN = no answer; raters without both answers are left
out. `points` is the length of the full scale 1..points. A number of raters on each point is a histogram.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from delphi.scoring.exact import NO_RATINGS, NO_VARIANCE, NOT_BOTH_ROUNDS, Exact, Number, Undefined
from delphi.scoring.independence import Independence, independence
from delphi.scoring.paired import pairs, transitions


@dataclass(frozen=True)
class IndividualStability:
    """`test` of earlier against later answers; `predictability` is Goodman and Kruskal's lambda."""

    n: int
    test: Independence | Undefined
    predictability: Number


def chaffin_talley(
    earlier: ArrayLike, later: ArrayLike, points: int, *, seed: int = 0
) -> IndividualStability | Undefined:
    """Individual stability: later answers depend on the same raters' earlier ones.

    Stable when the test rejects independence. lambda = (sum_i max_j n_ij - max_j n_.j) / (n - max_j n_.j), the
    share of errors in guessing later answers that knowing the earlier saves; undefined when all later answers
    are the same. The test is undefined when either round's are. Dependence is not sameness: raters who all
    swap sides depend fully, so read `change.percent_changed` beside it.
    Chaffin and Talley (1980), Technol Forecast Soc Change 16:67-73.
    """
    table = transitions(earlier, later, points)
    n = int(table.sum())
    if not n:
        return NOT_BOTH_ROUNDS
    most = int(table.sum(axis=0).max())
    saved = int(table.max(axis=1).sum()) - most
    return IndividualStability(
        n, independence(table, seed=seed), saved / (n - most) if n > most else NO_VARIANCE
    )


def dajani_stability(
    earlier: ArrayLike, later: ArrayLike, points: int, *, seed: int = 0
) -> Independence | Undefined:
    """Group stability: chi-square that both rounds have the same distribution over the points.

    Stable when it is *not* significant. `n` of the result counts answers, two a rater. The test takes the
    rounds for independent samples, which the same raters are not, and so finds too few changes: prefer
    `paired.stuart_maxwell`. Everyone on one point in both rounds: undefined.
    Dajani, Sincoff and Talley (1979), Technol Forecast Soc Change 13:83-90.
    """
    table = transitions(earlier, later, points)
    if not table.any():
        return NOT_BOTH_ROUNDS
    return independence(np.stack([table.sum(axis=1), table.sum(axis=0)]), seed=seed)


class Agreement(StrEnum):
    """Dajani's hierarchy, from most to least."""

    CONSENSUS = "consensus"
    MAJORITY = "majority"
    BIPOLARITY = "bipolarity"
    PLURALITY = "plurality"
    DISAGREEMENT = "disagreement"


def dajani_hierarchy(histogram: Sequence[int], *, consensus: Fraction = Fraction(1)) -> Agreement | Undefined:
    """Where a stable histogram (raters per point or per band) stands; the first that fits.

    consensus: one category has at least the share `consensus`, everyone if not said (and more than half);
    majority: one has more than half; bipolarity: two have exactly half each; plurality: one has more than any
    other; disagreement: none has. A single rater is a consensus of one. No rater: undefined.
    """
    n = sum(histogram)
    if not n:
        return NO_RATINGS
    first, second = sorted(histogram, reverse=True)[:2] if len(histogram) > 1 else (n, 0)
    if 2 * first > n:
        return Agreement.CONSENSUS if first >= consensus * n else Agreement.MAJORITY
    if first == second:
        return Agreement.BIPOLARITY if 2 * first == n else Agreement.DISAGREEMENT
    return Agreement.PLURALITY


def scheibe(earlier: Sequence[int], later: Sequence[int]) -> Exact:
    """Scheibe's percent of change between two histograms: 100 sum abs(p1_i - p2_i) / 2; stable below 15.

    With equal n this is the number of raters who would have to move to turn one histogram into the other, per
    hundred. Shares make rounds of different n comparable; give the completers' histograms to leave dropout
    out. It does not see raters who change places. A round without ratings: undefined. ValueError for
    histograms of different length. Scheibe, Skutsch and Schofer (1975), in Linstone and Turoff.
    """
    if len(earlier) != len(later):
        raise ValueError("histograms of two rounds must be over the same points")
    one, other = sum(earlier), sum(later)
    if not one or not other:
        return NO_RATINGS
    apart = sum(
        abs(Fraction(int(a), one) - Fraction(int(b), other)) for a, b in zip(earlier, later, strict=True)
    )
    return 50 * Fraction(apart)


def scheibe_of_pairs(earlier: ArrayLike, later: ArrayLike, points: int) -> Exact:
    """`scheibe` over the raters who answered both rounds; undefined when nobody did."""
    if not len(pairs(earlier, later)[0]):
        return NOT_BOTH_ROUNDS
    table = transitions(earlier, later, points)
    return scheibe(table.sum(axis=1).tolist(), table.sum(axis=0).tolist())
