"""Named statistics of one item's ratings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final, Literal

from delphi.scoring import (
    appropriateness as rand,
    bimodality,
    consensus_rules as rules,
    content_validity as validity,
    dispersion,
    fuzzy_delphi as fuzzy,
    intervals,
    polarisation,
    posterior,
    quantile_definitions,
    scale_validity,
    shape,
    summaries,
    within_group as group,
)
from delphi.scoring.exact import NO_RATINGS, Exact, Undefined
from delphi.scoring.named.statistic import NamedStatistic
from delphi.scoring.one_item import OneItem, describe as describe_values
from delphi.scoring.rand_ucla import Ipras, ipras as ipras_of, rand_agreement
from delphi.scoring.scales import Scale
from delphi.scoring.stability import Agreement, dajani_hierarchy as hierarchy_of


def describe(values: Any, points: int, quartiles: int = 7) -> OneItem:
    """`one_item.describe` of ratings on points 1 to `points`, in the default bands."""
    return describe_values(values, Scale.default(points), quartiles=quartiles)


def summary(counts: Sequence[int], quartiles: int = 7) -> summaries.Summary:
    """`summaries.summarise_counts` of raters per point, in the default bands."""
    return summaries.summarise_counts(counts, Scale.default(len(counts)), quartiles=quartiles)


def quantile(values: Any, p: Fraction, definition: int = 7) -> Exact:
    """The `p`-quantile of one item by Hyndman-Fan `definition` 1 to 9; undefined when nobody rated."""
    return quantile_definitions.quantile_of_type(sorted(dispersion.answered(values)), p, definition)


def interquartile_range(values: Any, definition: int = 7) -> Exact:
    """Q3 - Q1 by Hyndman-Fan `definition` 1 to 9; undefined when nobody rated."""
    given = sorted(dispersion.answered(values))
    third = quantile_definitions.quantile_of_type(given, Fraction(3, 4), definition)
    first = quantile_definitions.quantile_of_type(given, Fraction(1, 4), definition)
    return summaries.difference(third, first)


def median(values: Any) -> Exact:
    """The middle rating, or the mean of the two middle ones; undefined when nobody rated."""
    return quantile(values, Fraction(1, 2))


def tukey_hinges(values: Any) -> tuple[Fraction, Fraction] | Undefined:
    """`quantile_definitions.tukey_hinges` of ratings in any order."""
    return quantile_definitions.tukey_hinges(sorted(dispersion.answered(values)))


def null_variance(points: int | None = None, null_weights: Sequence[Fraction] | None = None) -> Fraction:
    """The variance of random answers: of `null_weights` by point, or uniform over `points` if left out.

    ValueError when neither is given.
    """
    if null_weights is not None:
        return group.null_variance([Fraction(str(weight)) for weight in null_weights])
    if points is None:
        raise ValueError("a null distribution is uniform over “points”, or given by “null_weights”")
    return group.uniform_null_variance(points)


def rwg(
    values: Any,
    points: int | None = None,
    null_weights: Sequence[Fraction] | None = None,
    negative: group.Negative = "keep",
) -> Exact:
    """`within_group.rwg` against `null_weights`, or the uniform null over `points`."""
    return group.rwg(values, null_variance(points, null_weights), negative)


def aiken_v(
    values: Any, points: int = 0, lowest: int = 1, highest: int = 0, confidence: float = 0.95
) -> scale_validity.AikenV | Undefined:
    """`scale_validity.aiken_v` on the scale from `lowest` to `highest`, `points` if left out."""
    return scale_validity.aiken_v(values, lowest, highest or points, confidence)


def ipras(values: Any, definition: int = 7) -> Ipras | Undefined:
    """`rand_ucla.ipras` of the ratings' P30 and P70 by Hyndman-Fan `definition`; undefined when nobody rated."""
    p30, p70 = (quantile(values, Fraction(p, 10), definition) for p in (3, 7))
    if isinstance(p30, Undefined) or isinstance(p70, Undefined):
        return NO_RATINGS
    return ipras_of(p30, p70)


def comet_consensus(
    n: int,
    high: int,
    low: int,
    enough: Fraction = Fraction(70),
    few: Fraction = Fraction(15),
    out_rule: rules.OutRule = "symmetric",
) -> rules.Consensus | Undefined:
    """`consensus_rules.comet_consensus` of n raters, `high` in 7-9 and `low` in 1-3."""
    return rules.comet_consensus(rules.Votes(n, high, low), enough, few, out_rule)


def fuzzy_delphi(
    values: Any,
    points: int,
    linguistic: Literal["even", "usual"] = "even",
    threshold: Fraction = Fraction(1, 5),
    percent: Fraction = Fraction(75),
    cut: Fraction = Fraction(1, 2),
) -> fuzzy.FuzzyConsensus | Undefined:
    """`fuzzy_delphi.fuzzy_delphi` with evenly spaced triangles, or the usual ones of 5 and 7 points."""
    usual = {5: fuzzy.FIVE_POINTS, 7: fuzzy.SEVEN_POINTS}
    if linguistic == "usual" and points not in usual:
        raise ValueError("the usual linguistic scales have 5 or 7 points")
    triangles = usual[points] if linguistic == "usual" else fuzzy.even_triangles(points)
    return fuzzy.fuzzy_delphi(values, triangles, threshold, percent, cut)


def camps(counts: Sequence[int], camp: Fraction = polarisation.CAMP) -> polarisation.Camps | Undefined:
    """`polarisation.camps` in the default bands."""
    return polarisation.camps(counts, Scale.default(len(counts)), camp=camp)


def dajani_hierarchy(counts: Sequence[int], consensus: Fraction = Fraction(1)) -> Agreement | Undefined:
    """`stability.dajani_hierarchy` of raters per point."""
    return hierarchy_of(counts, consensus=consensus)


def proportion(count: int, n: int) -> Exact:
    """count / n as a fraction; undefined when n is 0."""
    return Fraction(count, n) if n else NO_RATINGS


def _item(name: str, line: str, function: Callable[..., Any]) -> NamedStatistic:
    return NamedStatistic(name, line, "item", function)


ITEM: Final = (
    _item("describe", "everything on one item", describe),
    _item("summary", "counts and percent by band, median, modes, quartiles", summary),
    _item("mean", "arithmetic mean", dispersion.mean),
    _item("median", "median", median),
    _item("modes", "every most frequent point", summaries.modes),
    _item("quantile", "p-quantile by definition 1 to 9 (Hyndman and Fan)", quantile),
    _item("tukey_hinges", "Tukey's hinges", tukey_hinges),
    _item("interquartile_range", "Q3 - Q1 by definition 1 to 9", interquartile_range),
    _item("quartile_deviation", "(Q3 - Q1) / 2", dispersion.quartile_deviation),
    _item("variance", "variance, n - 1", dispersion.variance),
    _item("standard_deviation", "standard deviation, n - 1", dispersion.standard_deviation),
    _item("coefficient_of_variation", "standard deviation / mean", dispersion.coefficient_of_variation),
    _item(
        "median_absolute_deviation",
        "median distance from the median",
        dispersion.median_absolute_deviation,
    ),
    _item(
        "mean_deviation_from_median", "mean distance from the median", dispersion.mean_deviation_from_median
    ),
    _item("mean_deviation_from_mean", "mean distance from the mean", dispersion.mean_deviation_from_mean),
    _item("van_der_eijk_agreement", "van der Eijk's A, -1 to 1", shape.van_der_eijk_agreement),
    _item("polarization", "(1 - A) / 2", shape.polarization),
    _item("leik_d", "Leik's D, ordinal dispersion", shape.leik_d),
    _item("tastle_wierman_consensus", "Tastle and Wierman's Cns", shape.tastle_wierman_consensus),
    _item("blair_lacy_l", "Blair and Lacy's l", shape.blair_lacy_l),
    _item("blair_lacy_l_squared", "Blair and Lacy's l squared", shape.blair_lacy_l_squared),
    _item("d_squared", "Blair and Lacy's d squared", shape.d_squared),
    _item("kvalseth_cov", "Kvalseth's coefficient of ordinal variation", shape.kvalseth_cov),
    _item("berry_mielke_iov", "Berry and Mielke's index of ordinal variation", shape.berry_mielke_iov),
    _item("entropy", "Shannon's entropy, bits", shape.entropy),
    _item("reardon", "Reardon's ordinal entropy", shape.reardon),
    _item("bimodality_coefficient", "SAS's bimodality coefficient", bimodality.bimodality_coefficient),
    _item("skewness", "skewness G1, without small-sample bias", bimodality.skewness),
    _item("excess_kurtosis", "excess kurtosis G2, without small-sample bias", bimodality.excess_kurtosis),
    _item("dip_test", "Hartigan's dip test of one peak", bimodality.dip_test),
    _item("rwg", "agreement within the group against random answers", rwg),
    _item("average_deviation", "AD index with its cut-off", group.average_deviation),
    _item("proportion", "share in the high band", proportion),
    _item("wilson", "Wilson's interval of the share in the high band", intervals.score_interval),
    _item("wilson_corrected", "Wilson's interval, continuity corrected", intervals.wilson_corrected),
    _item("clopper_pearson", "Clopper and Pearson's exact interval", intervals.clopper_pearson),
    _item("agresti_coull", "Agresti and Coull's interval", intervals.agresti_coull),
    _item("jeffreys", "Jeffreys' interval", intervals.jeffreys),
    _item(
        "prob_item_passes_threshold",
        "Beta-posterior probability that the true share reaches a threshold",
        posterior.posterior_share,
    ),
    _item(
        "finite_panel_probability",
        "the same for a panel of known size, some silent",
        posterior.finite_panel_probability,
    ),
    _item("cvr", "Lawshe's content validity ratio", validity.cvr),
    _item("icvi", "item content validity index", validity.icvi),
    _item("chance_of_votes", "probability of such a vote by tossing coins", validity.chance_of_votes),
    _item("modified_kappa", "I-CVI corrected for chance", validity.modified_kappa),
    _item("aiken_v", "Aiken's V with its interval", aiken_v),
    _item("ipras", "RAND/UCLA: IPR, IPRAS and the disagreement index", ipras),
    _item("rand_agreement", "RAND/UCLA: agreement", rand_agreement),
    _item("rand_disagreement", "RAND/UCLA: disagreement, by any of its methods", rand.disagreement),
    _item("rand_appropriateness", "RAND/UCLA: appropriate, uncertain, inappropriate", rand.appropriateness),
    _item("rand_p_value_agreement", "RAND/UCLA: agreement, binomial test", rand.p_value_agreement),
    _item("rand_p_value_disagreement", "RAND/UCLA: disagreement, binomial test", rand.p_value_disagreement),
    _item("comet_consensus", "core outcome sets: in, out or no consensus (70/15)", comet_consensus),
    _item("awmf_strength", "strength of consensus of the AWMF", rules.awmf_strength),
    _item("fuzzy_delphi", "fuzzy Delphi with triangular numbers", fuzzy_delphi),
    _item("camps", "are there two camps in the panel?", camps),
    _item("dajani_hierarchy", "Dajani's hierarchy: consensus to disagreement", dajani_hierarchy),
)
