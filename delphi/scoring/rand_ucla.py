"""Agreement and disagreement of the RAND/UCLA appropriateness method, on its scale of 1 to 9.

Fitch et al. (2001), The RAND/UCLA Appropriateness Method User's Manual, RAND MR-1269.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final, Literal

from delphi.scoring.exact import NO_RATINGS, Undefined
from delphi.scoring.quantiles import quantile
from delphi.scoring.scales import Scale
from delphi.scoring.summaries import HALF, ordered_points

RAND_SCALE: Final = Scale.default(9)
IPR_WITHOUT_ASYMMETRY: Final = Fraction("2.35")
CORRECTION_FOR_ASYMMETRY: Final = Fraction("1.5")
MIDPOINT: Final = 5

Variant = Literal["classic", "third"]


def rand_threshold(n: int, variant: Variant = "classic") -> int:
    """Ratings needed in each extreme region for disagreement among n raters.

    "classic": floor((n + 1) / 3), the manual's 3 for 8-10, 4 for 11-13 and 5 for 14-16 raters, carried on by
    the same rule to other sizes. "third": ceil(n / 3), "at least a third of the panel", which differs at
    n = 10, 13, 16, ... Never less than 1, so that a single rater cannot disagree with nobody.
    """
    return max(1, (n + 1) // 3 if variant == "classic" else ceil(n / 3))


def rand_disagreement(n: int, low: int, high: int, variant: Variant = "classic") -> bool | Undefined:
    """Whether `low` of n raters in 1-3 and `high` in 7-9 both reach `rand_threshold`.

    Undefined when n is 0; ValueError when the two regions hold more raters than there are.
    """
    if min(low, high) < 0 or low + high > n:
        raise ValueError(f"{low} low and {high} high ratings among {n}")
    if not n:
        return NO_RATINGS
    threshold = rand_threshold(n, variant)
    return low >= threshold and high >= threshold


def rand_agreement(counts: Sequence[int], variant: Variant = "classic") -> bool | Undefined:
    """Whether fewer ratings than `rand_threshold` lie outside the region (1-3, 4-6, 7-9) of the median.

    `counts`: nine numbers of raters, point 1 first. A median of 3.5 or 6.5 is taken to the region above; half of
    the ratings lie outside either, so that is never agreement. Undefined when nobody rated; ValueError when
    there are not nine counts.
    """
    inside = in_region_of_median(counts)
    if isinstance(inside, Undefined):
        return inside
    n = sum(counts)
    return n - inside < rand_threshold(n, variant)


def in_region_of_median(counts: Sequence[int]) -> int | Undefined:
    """How many ratings lie in the region (1-3, 4-6, 7-9) of the median, 3.5 and 6.5 going up; as `rand_agreement`."""
    if len(counts) != RAND_SCALE.points:
        raise ValueError(f"{len(counts)} counts, where the method has nine points")
    median = quantile(ordered_points(counts), HALF)
    if isinstance(median, Undefined):
        return median
    region = RAND_SCALE.range_of(RAND_SCALE.band_of(ceil(median)))
    return sum(counts[point - 1] for point in region)


@dataclass(frozen=True)
class Ipras:
    """Interpercentile range (`ipr`) against the same adjusted for symmetry (`ipras`)."""

    p30: Fraction
    p70: Fraction
    ipr: Fraction
    centre: Fraction
    asymmetry: Fraction
    ipras: Fraction
    index: Fraction
    disagreement: bool


def ipras(p30: Fraction, p70: Fraction) -> Ipras:
    """Disagreement when P70 - P30 > 2.35 + 1.5 abs(5 - (P30 + P70) / 2); equality is no disagreement.

    p30, p70: the 30th and 70th percentile of the ratings. `index` is IPR / IPRAS, above 1 exactly when there is
    disagreement. The constants were fitted on 1 to 9 (manual, chapter 8) and mean nothing on another scale. The
    manual does not name a percentile definition. ValueError when p30 is above p70.
    """
    if p30 > p70:
        raise ValueError(f"P30 = {p30} is above P70 = {p70}")
    ipr = p70 - p30
    centre = (p30 + p70) / 2
    asymmetry = abs(MIDPOINT - centre)
    adjusted = IPR_WITHOUT_ASYMMETRY + CORRECTION_FOR_ASYMMETRY * asymmetry
    return Ipras(p30, p70, ipr, centre, asymmetry, adjusted, ipr / adjusted, ipr > adjusted)
