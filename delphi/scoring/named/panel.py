"""Named statistics of a panel: all raters over all items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from delphi.scoring import (
    agreement_bootstrap as bootstrap,
    chance_corrected as chance,
    icc,
    kendall,
    krippendorff,
    ranking,
    scale_validity,
    within_group,
)
from delphi.scoring.agreement import Coefficient, Weighting
from delphi.scoring.apmo import Opinions, apmo as apmo_of
from delphi.scoring.exact import Exact, Undefined
from delphi.scoring.named.item import null_variance
from delphi.scoring.named.statistic import NamedStatistic
from delphi.scoring.scales import Scale


def krippendorff_alpha(
    counts: Any,
    scale: Sequence[float],
    measurement: krippendorff.Measurement = "ordinal",
    level: float = 0.95,
) -> Coefficient | Undefined:
    """`krippendorff.alpha_from_counts` of items x points counts."""
    return krippendorff.alpha_from_counts(counts, scale, measurement, level=level)


def chance_corrected(
    counts: Any,
    scale: Sequence[float],
    ratings: Any = None,
    weighting: Weighting = "unweighted",
    level: float = 0.95,
) -> chance.ChanceCorrected:
    """`chance_corrected.chance_corrected`; from counts alone, without Conger's kappa."""
    if ratings is None:
        return chance.chance_corrected_from_counts(counts, scale, weighting, level=level)
    return chance.chance_corrected(ratings, scale, weighting, level=level)


def rwg_j(ratings: Any, points: int | None = None, null_weights: Sequence[Fraction] | None = None) -> Exact:
    """`within_group.rwg_j` against `null_weights`, or the uniform null over `points`."""
    return within_group.rwg_j(ratings, null_variance(points, null_weights))


def scale_cvi(ratings: Any, relevant: Collection[int] = (3, 4)) -> scale_validity.ScaleValidity:
    """`scale_validity.scale_validity`; `relevant`: the points that count as relevant."""
    return scale_validity.scale_validity(ratings, [int(point) for point in relevant])


def apmo(counts: Any) -> Exact:
    """`apmo.apmo` of items x points counts, in the default bands."""
    bands = Scale.default(np.shape(counts)[1])
    high, low = (
        np.asarray(counts)[:, [point - 1 for point in bands.range_of(band)]].sum(axis=1).astype(int).tolist()
        for band in ("high", "low")
    )
    totals = np.asarray(counts).sum(axis=1).astype(int).tolist()
    return apmo_of(Opinions(*row) for row in zip(high, low, totals, strict=True))


def _panel(name: str, line: str, function: Callable[..., Any]) -> NamedStatistic:
    return NamedStatistic(name, line, "panel", function)


PANEL: Final = (
    _panel("kendall_w", "Kendall's W, tie-corrected, and its test", kendall.kendall_w),
    _panel("icc", "intraclass correlation, six forms with intervals", icc.icc),
    _panel("chance_corrected", "all coefficients of any number of raters", chance_corrected),
    _panel("percent_agreement", "mean agreement of pairs of raters", chance.percent_agreement),
    _panel("fleiss_kappa", "Fleiss' kappa with interval", chance.fleiss_kappa),
    _panel("fleiss_test", "Fleiss' kappa with its z test", chance.fleiss_test),
    _panel("fleiss_by_point", "Fleiss' kappa of each point against all others", chance.fleiss_by_point),
    _panel("conger_kappa", "Conger's kappa with interval", chance.conger_kappa),
    _panel("gwet_ac", "Gwet's AC1, with weights AC2, with interval", chance.gwet_ac),
    _panel("brennan_prediger", "Brennan and Prediger's coefficient with interval", chance.brennan_prediger),
    _panel("krippendorff_alpha", "Krippendorff's alpha with interval", krippendorff_alpha),
    _panel("bootstrap_alpha", "Krippendorff's alpha, bootstrap interval", bootstrap.bootstrap_alpha),
    _panel(
        "bootstrap_chance_corrected",
        "a coefficient of any number of raters, bootstrap interval",
        bootstrap.bootstrap_chance_corrected,
    ),
    _panel("rwg_j", "agreement within the group over parallel items", rwg_j),
    _panel("scale_cvi", "S-CVI/Ave, S-CVI/UA, I-CVI and kappa of each item", scale_cvi),
    _panel("apmo", "average percent of majority opinions", apmo),
    _panel("mean_ranks", "mean rank of each candidate", ranking.mean_ranks),
    _panel("borda", "Borda counts", ranking.borda),
    _panel("kemeny", "Kemeny's order, exact for at most 15 candidates", ranking.kemeny),
    _panel("pairwise_wins", "how many rank one candidate before another", ranking.pairwise_wins),
    _panel("condorcet_winner", "the candidate preferred to each other one", ranking.condorcet_winner),
)
