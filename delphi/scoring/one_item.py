"""Everything this package says of one item's ratings, in one record."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from delphi.scoring import appropriateness as rand, bimodality, dispersion, intervals, shape, within_group
from delphi.scoring.content_validity import cvr, cvr_critical, icvi, modified_kappa
from delphi.scoring.exact import NO_RATINGS, Exact, Number, Undefined
from delphi.scoring.proportions import Interval
from delphi.scoring.quantile_definitions import tukey_hinges
from delphi.scoring.rand_ucla import RAND_SCALE, Ipras, ipras, rand_agreement
from delphi.scoring.ratings import summarise
from delphi.scoring.scale_validity import AikenV, aiken_v
from delphi.scoring.scales import Scale
from delphi.scoring.summaries import Summary, ordered_points


@dataclass(frozen=True)
class Dispersion:
    """How far apart the ratings are; definitions in `dispersion`."""

    mean: Exact
    standard_deviation: Number
    coefficient_of_variation: Number
    quartile_deviation: Exact
    hinges: tuple[Fraction, Fraction] | Undefined
    median_absolute_deviation: Exact
    mean_deviation_from_median: Exact
    mean_deviation_from_mean: Exact


@dataclass(frozen=True)
class HighShare:
    """95 % intervals for the share of raters in the high band, as proportions; definitions in `intervals`."""

    wilson: Interval | Undefined
    wilson_corrected: Interval | Undefined
    clopper_pearson: Interval | Undefined
    agresti_coull: Interval | Undefined
    jeffreys: Interval | Undefined


@dataclass(frozen=True)
class Shape:
    """Agreement on an ordered scale, and signs of two peaks; definitions in `shape` and `bimodality`."""

    van_der_eijk_agreement: Exact
    polarization: Exact
    leik_d: Exact
    tastle_wierman_consensus: Number
    blair_lacy_l: Number
    blair_lacy_l_squared: Exact
    kvalseth_cov: Number
    berry_mielke_iov: Exact
    d_squared: Exact
    entropy: Number
    reardon: Number
    bimodality_coefficient: Number
    dip: bimodality.Dip | Undefined


@dataclass(frozen=True)
class WithinGroup:
    """Agreement against chance, uniform null; definitions in `within_group`."""

    rwg: Exact
    ad_mean: within_group.AverageDeviation | Undefined
    ad_median: within_group.AverageDeviation | Undefined


@dataclass(frozen=True)
class Validity:
    """Content validity, raters in the high band being those in favour."""

    cvr: Exact
    cvr_critical: Exact
    i_cvi: Exact
    modified_kappa: Exact
    aiken_v: AikenV | Undefined


@dataclass(frozen=True)
class Rand:
    """The RAND/UCLA method, on its scale only; definitions in `rand_ucla` and `appropriateness`."""

    appropriateness: rand.Appropriateness | Undefined
    agreement: bool | Undefined
    disagreement: bool | Undefined
    ipras: Ipras | Undefined
    p_value_agreement: bool | Undefined
    p_value_disagreement: bool | Undefined


@dataclass(frozen=True)
class OneItem:
    """One item in one group of raters; `rand` is None on any scale but 1-9 in bands of three."""

    summary: Summary
    dispersion: Dispersion
    high: HighShare
    shape: Shape
    within_group: WithinGroup
    validity: Validity
    rand: Rand | None


def describe(values: NDArray[np.float64], scale: Scale, *, unable: int = 0, quartiles: int = 7) -> OneItem:
    """All statistics of one vector of ratings (1-D, points 1 to K, NaN = no answer) on the whole declared `scale`.

    `unable`: how many said they could not rate, only reported. `quartiles`: the definition (6, 7 or 8) of every
    quantile. What has no value says why. ValueError for a rating that is no point of the scale.
    """
    summary = summarise(values, scale, unable=unable, quartiles=quartiles)
    given = ordered_points(summary.counts)
    return OneItem(
        summary=summary,
        dispersion=_dispersion(given, quartiles),
        high=_high_share(summary.count_high, summary.n),
        shape=_shape(summary.counts, given),
        within_group=_within_group(given, scale.points),
        validity=_validity(summary, given, scale.points),
        rand=_rand(summary.counts, summary) if scale == RAND_SCALE else None,
    )


def _dispersion(given: list[int], quartiles: int) -> Dispersion:
    return Dispersion(
        dispersion.mean(given),
        dispersion.standard_deviation(given),
        dispersion.coefficient_of_variation(given),
        dispersion.quartile_deviation(given, quartiles),
        tukey_hinges(given),
        dispersion.median_absolute_deviation(given),
        dispersion.mean_deviation_from_median(given),
        dispersion.mean_deviation_from_mean(given),
    )


def _high_share(count: int, n: int) -> HighShare:
    return HighShare(
        intervals.score_interval(count, n),
        intervals.wilson_corrected(count, n),
        intervals.clopper_pearson(count, n),
        intervals.agresti_coull(count, n),
        intervals.jeffreys(count, n),
    )


def _shape(counts: tuple[int, ...], given: list[int]) -> Shape:
    return Shape(
        shape.van_der_eijk_agreement(counts),
        shape.polarization(counts),
        shape.leik_d(counts),
        shape.tastle_wierman_consensus(counts),
        shape.blair_lacy_l(counts),
        shape.blair_lacy_l_squared(counts),
        shape.kvalseth_cov(counts),
        shape.berry_mielke_iov(counts),
        shape.d_squared(counts),
        shape.entropy(counts),
        shape.reardon(counts),
        bimodality.bimodality_coefficient(given),
        bimodality.dip_test(given),
    )


def _within_group(given: list[int], points: int) -> WithinGroup:
    return WithinGroup(
        within_group.rwg(given, within_group.uniform_null_variance(points)),
        within_group.average_deviation(given, points, "mean"),
        within_group.average_deviation(given, points, "median"),
    )


def _validity(summary: Summary, given: list[int], points: int) -> Validity:
    in_favour, n = summary.count_high, summary.n
    return Validity(
        cvr(in_favour, n),
        cvr_critical(n),
        icvi(in_favour, n),
        modified_kappa(in_favour, n),
        aiken_v(given, 1, points),
    )


def _rand(counts: tuple[int, ...], summary: Summary) -> Rand:
    p30, p70 = summary.quantile(Fraction(3, 10)), summary.quantile(Fraction(7, 10))
    known = NO_RATINGS if isinstance(p30, Undefined) or isinstance(p70, Undefined) else ipras(p30, p70)
    return Rand(
        rand.appropriateness(counts),
        rand_agreement(counts),
        rand.disagreement(counts),
        known,
        rand.p_value_agreement(counts),
        rand.p_value_disagreement(counts),
    )
