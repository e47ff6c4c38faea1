"""Named statistics of numbers that no list of ratings holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from delphi.scoring import (
    appropriateness,
    content_validity,
    multiplicity,
    near_duplicates,
    operating_characteristic,
    polarisation,
    ranking,
    scale_validity,
    stability,
    within_group,
)
from delphi.scoring.exact import Exact, Number
from delphi.scoring.named.item import null_variance
from delphi.scoring.named.statistic import NamedStatistic
from delphi.scoring.rand_ucla import Ipras, ipras


def ipras_from_percentiles(p30: Fraction, p70: Fraction) -> Ipras:
    """`rand_ucla.ipras` of P30 and P70 known from elsewhere."""
    return ipras(p30, p70)


def adjust(p_values: Sequence[float], method: multiplicity.Adjustment = "bh") -> list[Number]:
    """`multiplicity.adjust`."""
    return multiplicity.adjust([float(p) for p in p_values], method)


def scheibe_of_histograms(earlier: Sequence[int], later: Sequence[int]) -> Exact:
    """`stability.scheibe` of raters per point in two rounds."""
    return stability.scheibe([int(count) for count in earlier], [int(count) for count in later])


def _numbers(name: str, line: str, function: Callable[..., Any]) -> NamedStatistic:
    return NamedStatistic(name, line, "numbers", function)


NUMBERS: Final = (
    _numbers(
        "cvr_critical", "smallest CVR that chance does not explain, exact", content_validity.cvr_critical
    ),
    _numbers("cvr_table", "smallest significant vote for each number of raters", scale_validity.cvr_table),
    _numbers("cvr_critical_normal", "the normal approximation of it", scale_validity.cvr_critical_normal),
    _numbers("rand_thresholds", "RAND/UCLA: thresholds by panel size", appropriateness.panel_thresholds),
    _numbers("ipras_from_percentiles", "RAND/UCLA: IPRAS of P30 and P70", ipras_from_percentiles),
    _numbers("null_variance", "variance of random answers, for rwg", null_variance),
    _numbers("ad_cutoff", "largest AD index that is agreement", within_group.ad_cutoff),
    _numbers("adjust", "p values adjusted for many tests (bh, by, holm, bonferroni)", adjust),
    _numbers("pass_probability", "P(pass) for a true share", operating_characteristic.pass_probability),
    _numbers("scheibe_of_histograms", "Scheibe's percent of change of two histograms", scheibe_of_histograms),
    _numbers("total_variation", "half the summed difference of two histograms", polarisation.total_variation),
    _numbers("ordinal_distance", "distance of two histograms on the scale", polarisation.ordinal_distance),
    _numbers("best_worst", "best-worst counts", ranking.best_worst),
    _numbers("near_duplicates", "pairs of texts that say nearly the same", near_duplicates.near_duplicates),
)
