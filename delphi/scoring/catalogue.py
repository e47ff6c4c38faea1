"""The statistics a rule may name: their kind, their range, and how each is read from a summary."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from delphi.scoring.content_validity import cvr, icvi, modified_kappa
from delphi.scoring.exact import Exact, Undefined
from delphi.scoring.rand_ucla import RAND_SCALE, Ipras, ipras, rand_agreement, rand_disagreement
from delphi.scoring.scales import Band, Scale
from delphi.scoring.summaries import Summary

Kind = Literal["percent", "point", "distance", "ratio", "flag"]
ThresholdName = Literal["critical", "apmo"]

P30: Final = Fraction(3, 10)
P70: Final = Fraction(7, 10)


@dataclass(frozen=True)
class RuleStatistic:
    """One statistic of the catalogue.

    kind: percent (0 to 100), point (on the scale), distance (in points), ratio, or flag (1 = so, 0 = not so).
    band: the band whose raters `value` counts, if it counts any. ratio_limits: lowest and highest value of a
    ratio. threshold_names: what may stand in place of a number. rand_scale: needs 1-9 in bands of three.
    """

    kind: Kind
    value: Callable[[Summary], Exact]
    band: Band | None = None
    ratio_limits: tuple[int, int] | None = None
    threshold_names: tuple[ThresholdName, ...] = ()
    rand_scale: bool = False

    def limits(self, scale: Scale) -> tuple[int, int]:
        """Lowest and highest threshold that makes sense on `scale`."""
        if self.ratio_limits is not None:
            return self.ratio_limits
        by_kind = {"percent": (0, 100), "point": (1, scale.points), "distance": (0, scale.points - 1)}
        return by_kind.get(self.kind, (0, 1))

    def fits(self, scale: Scale) -> bool:
        """Whether the statistic is defined on `scale`."""
        return not self.rand_scale or scale == RAND_SCALE

    def count(self, summary: Summary) -> int | None:
        """How many raters the statistic counts, where it counts raters in a band."""
        counts = {"low": summary.count_low, "middle": summary.count_middle, "high": summary.count_high}
        return counts[self.band] if self.band else None


def _flag(value: bool | Undefined) -> Exact:
    return value if isinstance(value, Undefined) else Fraction(value)


def _ipras(summary: Summary) -> Ipras | Undefined:
    p30, p70 = summary.quantile(P30), summary.quantile(P70)
    if isinstance(p30, Undefined):
        return p30
    if isinstance(p70, Undefined):
        return p70
    return ipras(p30, p70)


def _ipras_disagreement(summary: Summary) -> Exact:
    result = _ipras(summary)
    return result if isinstance(result, Undefined) else Fraction(result.disagreement)


def _disagreement_index(summary: Summary) -> Exact:
    result = _ipras(summary)
    return result if isinstance(result, Undefined) else result.index


STATISTICS: Final[dict[str, RuleStatistic]] = {
    "percent_high": RuleStatistic(
        "percent", lambda s: s.percent_high, band="high", threshold_names=("apmo",)
    ),
    "percent_middle": RuleStatistic("percent", lambda s: s.percent_middle, band="middle"),
    "percent_low": RuleStatistic("percent", lambda s: s.percent_low, band="low", threshold_names=("apmo",)),
    "median": RuleStatistic("point", lambda s: s.median),
    "iqr": RuleStatistic("distance", lambda s: s.iqr),
    "rand_disagreement": RuleStatistic(
        "flag", lambda s: _flag(rand_disagreement(s.n, s.count_low, s.count_high)), rand_scale=True
    ),
    "rand_agreement": RuleStatistic("flag", lambda s: _flag(rand_agreement(s.counts)), rand_scale=True),
    "ipras_disagreement": RuleStatistic("flag", _ipras_disagreement, rand_scale=True),
    "disagreement_index": RuleStatistic("ratio", _disagreement_index, ratio_limits=(0, 4), rand_scale=True),
    "cvr": RuleStatistic(
        "ratio",
        lambda s: cvr(s.count_high, s.n),
        band="high",
        ratio_limits=(-1, 1),
        threshold_names=("critical",),
    ),
    "icvi": RuleStatistic("ratio", lambda s: icvi(s.count_high, s.n), band="high", ratio_limits=(0, 1)),
    "modified_kappa": RuleStatistic(
        "ratio", lambda s: modified_kappa(s.count_high, s.n), band="high", ratio_limits=(-1, 1)
    ),
}
