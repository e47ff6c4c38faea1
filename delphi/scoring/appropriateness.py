"""RAND/UCLA beyond its two yes-no questions: the table of thresholds, appropriateness, the p-value method.

Fitch et al. (2001), The RAND/UCLA Appropriateness Method User's Manual, RAND MR-1269. Ratings are on 1 to 9 in
the regions 1-3, 4-6, 7-9; `counts` are nine numbers of raters, point 1 first (ValueError for another number).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from delphi.scoring.exact import NO_RATINGS, Exact, Undefined
from delphi.scoring.quantile_definitions import HALF, quantile_of_type
from delphi.scoring.rand_ucla import (
    RAND_SCALE,
    Variant,
    in_region_of_median,
    ipras,
    rand_disagreement,
    rand_threshold,
)

Appropriateness = Literal["appropriate", "uncertain", "inappropriate"]
HalfPoints = Literal["up", "strict"]
Disagreement = Literal["classic", "third", "ipras", "p_value"]

LARGEST_PRINTED_PANEL: Final = 16
SMALLEST_PRINTED_PANEL: Final = 8
IN_REGION: Final = Fraction(80, 100)
IN_WIDE_REGION: Final = Fraction(90, 100)
AGREEMENT_LEVEL: Final = Fraction(33, 100)
DISAGREEMENT_LEVEL: Final = Fraction(10, 100)


@dataclass(frozen=True)
class PanelThresholds:
    """For n raters: agreement allows `most_outside` the median's region, disagreement needs `least_each_extreme`.

    `printed`: the manual prints these (8 to 16 raters); other sizes follow the same formula.
    """

    n: int
    most_outside: int
    least_each_extreme: int
    printed: bool


def panel_thresholds(sizes: Iterable[int], variant: Variant = "classic") -> tuple[PanelThresholds, ...]:
    """The manual's table for these panel sizes: t - 1 and t with t = floor((n + 1) / 3), or "third": ceil(n / 3).

    t is never less than 1.
    """
    rows = []
    for n in sizes:
        threshold = rand_threshold(n, variant)
        printed = variant == "classic" and SMALLEST_PRINTED_PANEL <= n <= LARGEST_PRINTED_PANEL
        rows.append(PanelThresholds(n, threshold - 1, threshold, printed))
    return tuple(rows)


def disagreement(
    counts: Sequence[int], method: Disagreement = "classic", definition: int = 7
) -> bool | Undefined:
    """Whether the panel disagrees by `method`; undefined when nobody rated.

    "classic" and "third": t ratings in each extreme region. "ipras": IPR > IPRAS, with P30 and P70 by quantile
    `definition` 1 to 9, which the manual leaves open. "p_value": see `p_value_disagreement`.
    """
    if method == "p_value":
        return p_value_disagreement(counts)
    if method == "ipras":
        values = _values(counts)
        p30, p70 = (quantile_of_type(values, Fraction(p, 10), definition) for p in (3, 7))
        if isinstance(p30, Undefined) or isinstance(p70, Undefined):
            return NO_RATINGS
        return ipras(p30, p70).disagreement
    return rand_disagreement(len(_values(counts)), sum(counts[:3]), sum(counts[6:]), method)


def appropriateness(
    counts: Sequence[int],
    half_points: HalfPoints = "up",
    method: Disagreement = "classic",
    definition: int = 7,
) -> Appropriateness | Undefined:
    """Appropriate: median 7-9 without disagreement; inappropriate: median 1-3 without; otherwise uncertain.

    A median of 6.5 is appropriate with half_points="up" (the manual; Ophthalmology 2009;116:710-718) and uncertain
    with "strict" (EPAGE: at least 7); 3.5 is uncertain in both. `method` and `definition`: see `disagreement`.
    Undefined when nobody rated.
    """
    median, disagree = _median(counts), disagreement(counts, method, definition)
    if isinstance(median, Undefined) or isinstance(disagree, Undefined):
        return NO_RATINGS
    if disagree:
        return "uncertain"
    if median >= (Fraction(13, 2) if half_points == "up" else 7):
        return "appropriate"
    return "inappropriate" if median <= 3 else "uncertain"


def p_value_agreement(counts: Sequence[int]) -> bool | Undefined:
    """Agreement unless a binomial test rejects "80 % of ratings fall in the region of the median" (p < 0.33).

    Manual, chapter 8; one-sided: p = P(Bin(n, 0.8) <= ratings in the region), exact. A median of 3.5 or 6.5 is taken
    to the region above. Undefined when nobody rated.
    """
    inside = in_region_of_median(counts)
    if isinstance(inside, Undefined):
        return inside
    return lower_tail(inside, sum(counts), IN_REGION) >= AGREEMENT_LEVEL


def p_value_disagreement(counts: Sequence[int]) -> bool | Undefined:
    """Disagreement if a binomial test rejects "90 % of ratings fall in 1-6, or in 4-9" (p < 0.10).

    Manual, chapter 8; one-sided: p = P(Bin(n, 0.9) <= ratings in the region), exact, for whichever of the two wide
    regions holds more ratings. Undefined when nobody rated.
    """
    n = len(_values(counts))
    if not n:
        return NO_RATINGS
    inside = max(sum(counts[:6]), sum(counts[3:]))
    return lower_tail(inside, n, IN_WIDE_REGION) < DISAGREEMENT_LEVEL


def lower_tail(count: int, n: int, p: Fraction) -> Fraction:
    """P(Bin(n, p) <= count), the sum of C(n, k) p^k (1 - p)^(n - k) over k <= count, exactly; 0 < p < 1."""
    yes, no = p.numerator, p.denominator - p.numerator
    term = total = no**n  # of k = 0, times the common denominator
    for k in range(1, count + 1):
        term = term * (n - k + 1) * yes // (k * no)
        total += term
    return Fraction(total, p.denominator**n)


def _values(counts: Sequence[int]) -> list[int]:
    if len(counts) != RAND_SCALE.points:
        raise ValueError(f"{len(counts)} counts, where the method has nine points")
    return [point for point, count in enumerate(counts, 1) for _ in range(count)]


def _median(counts: Sequence[int]) -> Exact:
    return quantile_of_type(_values(counts), HALF)
