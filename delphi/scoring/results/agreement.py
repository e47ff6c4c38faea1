"""How far raters agree over all items of a round: every coefficient, for everyone and in each panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.agreement import Drop, Matrix, Weighting, counts_per_point
from delphi.scoring.agreement_bootstrap import Over, bootstrap_alpha, bootstrap_chance_corrected
from delphi.scoring.answers import AnsweredRound
from delphi.scoring.chance_corrected import Expectation, chance_corrected, fleiss_test
from delphi.scoring.documents import to_document
from delphi.scoring.icc import icc
from delphi.scoring.kendall import kendall_w
from delphi.scoring.krippendorff import Measurement, krippendorff_alpha
from delphi.scoring.protocol import Protocol
from delphi.scoring.rules import POOLED

COMPLETE: Final[dict[str, Drop]] = {"without_raters": "raters", "without_items": "items"}
MEASURED: Final[tuple[Measurement, ...]] = ("nominal", "ordinal", "interval")
EXPECTED: Final[tuple[Expectation, ...]] = ("fleiss", "gwet", "brennan_prediger")

Scale = tuple[int, ...]


def agreement_document(
    protocol: Protocol, answered: AnsweredRound, seed: int, resamples: int
) -> dict[str, dict[str, Any]]:
    """agreement[criterion][group], on every point of the criterion's scale."""
    found: dict[str, dict[str, Any]] = {}
    for key, criterion in protocol.criteria.items():
        ratings, points = answered.ratings.values[key], tuple(range(1, criterion.scale.points + 1))
        masks = {POOLED: np.ones(len(ratings), np.bool_), **answered.ratings.panels}
        found[key] = {
            group: _coefficients(ratings[mask], points)
            | ({"bootstrap": _intervals(ratings[mask], points, seed, resamples)} if resamples else {})
            for group, mask in masks.items()
        }
    return found


def _coefficients(ratings: Matrix, points: Scale) -> dict[str, Any]:
    given: NDArray[np.bool_] = ~np.isnan(ratings)
    return {
        "raters": int(given.any(axis=1).sum()),
        "items": int(given.any(axis=0).sum()),
        "ratings": int(given.sum()),
        "kendall_w": _complete(lambda drop: kendall_w(ratings, drop=drop)),
        "icc": _complete(lambda drop: icc(ratings, drop=drop)),
        "unweighted": to_document(chance_corrected(ratings, points)),
        "quadratic": to_document(chance_corrected(ratings, points, "quadratic")),
        "fleiss_test": to_document(fleiss_test(counts_per_point(ratings, points), points)),
        "krippendorff_alpha": {
            measured: to_document(krippendorff_alpha(ratings, points, measured)) for measured in MEASURED
        },
    }


def _complete(statistic: Callable[[Drop], object]) -> dict[str, Any]:
    """A statistic of complete cases, twice: without the raters, and without the items, that have a gap."""
    return {name: to_document(statistic(drop)) for name, drop in COMPLETE.items()}


def _intervals(ratings: Matrix, points: Scale, seed: int, resamples: int) -> dict[str, Any]:
    """Over items for every coefficient; over raters, which takes far longer, for alpha alone."""

    def alpha(over: Over) -> dict[str, Any]:
        return {
            measured: to_document(
                bootstrap_alpha(ratings, points, measured, over=over, seed=seed, resamples=resamples)
            )
            for measured in MEASURED
        }

    def beyond_chance(weighting: Weighting) -> dict[str, Any]:
        return {
            name: to_document(
                bootstrap_chance_corrected(ratings, points, name, weighting, seed=seed, resamples=resamples)
            )
            for name in EXPECTED
        }

    return {
        "over_items": {
            "krippendorff_alpha": alpha("items"),
            "unweighted": beyond_chance("unweighted"),
            "quadratic": beyond_chance("quadratic"),
        },
        "over_raters": {"krippendorff_alpha": alpha("raters")},
    }
