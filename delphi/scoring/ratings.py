"""Ratings as they arrive: one value per rater, NaN where there is no answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.rules import PANEL_WORDS, POOLED
from delphi.scoring.scales import Scale
from delphi.scoring.summaries import Summary, summarise_counts

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class ItemRatings:
    """One item in one round, all arrays over the same raters in the same order.

    The raters are everyone the item was *put to*, so that a panel which stayed silent is seen to be silent.
    values[criterion]: points, NaN = no answer. unable[criterion]: True = "unable to rate", where the value
    must be NaN; may be left out. panels[name]: True = the rater is in the panel; raters may be in several
    panels, or in none.
    """

    item: str
    values: Mapping[str, Values]
    unable: Mapping[str, Mask] = field(default_factory=dict)
    panels: Mapping[str, Mask] = field(default_factory=dict)

    def __post_init__(self) -> None:
        arrays = self._arrays()
        if len({array.shape for array in arrays}) > 1 or any(array.ndim != 1 for array in arrays):
            raise ValueError(f"item {self.item}: every array must be over the same raters")
        if reserved := set(self.panels).intersection(PANEL_WORDS):
            raise ValueError(f"item {self.item}: {sorted(reserved)} cannot be names of panels")
        for criterion, unable in self.unable.items():
            if criterion in self.values and not np.isnan(self.values[criterion][unable]).all():
                raise ValueError(f"item {self.item}: a rater both rates {criterion} and is unable to")

    def _arrays(self) -> list[Values | Mask]:
        return [*self.values.values(), *self.unable.values(), *self.panels.values()]

    def groups(self) -> Iterator[tuple[str, Mask]]:
        """Everyone as "pooled", then each panel."""
        raters = next(map(len, self._arrays()), 0)
        yield POOLED, np.ones(raters, dtype=np.bool_)
        yield from self.panels.items()

    def panels_present(self) -> tuple[str, ...]:
        """The panels the item was put to: those with at least one of its raters."""
        return tuple(name for name, mask in self.panels.items() if mask.any())


def count_points(values: Values, scale: Scale) -> tuple[int, ...]:
    """How many of `values` (1-D, NaN = no answer) fall on each point; ValueError for anything else."""
    given = values[~np.isnan(values)]
    if ((given < 1) | (given > scale.points) | (given != np.floor(given))).any():
        raise ValueError(f"a rating is not a point on a scale of 1 to {scale.points}")
    points = given.astype(np.int64)
    return tuple(np.bincount(points, minlength=scale.points + 1)[1:].tolist())


def summarise(values: Values, scale: Scale, *, unable: int = 0, quartiles: int = 7) -> Summary:
    """The summary of one vector of ratings (1-D, NaN = no answer); see `summarise_counts`."""
    return summarise_counts(count_points(values, scale), scale, unable=unable, quartiles=quartiles)
