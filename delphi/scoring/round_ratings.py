"""A whole round as matrices, for what looks at a rater's answers to all items together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.ratings import ItemRatings, Mask, Values

Weights = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class RoundRatings:
    """Raters in rows, items in columns.

    items: one code a column. values[criterion]: raters x items, points, NaN = no answer. panels[name]: one
    truth a rater; raters may be in several panels, or in none. asked: raters x items, True = the item was put
    to the rater; None = every item to everybody. ValueError for shapes that differ, or an answer of somebody
    who was not asked.
    """

    items: tuple[str, ...]
    values: Mapping[str, Values]
    panels: Mapping[str, Mask] = field(default_factory=dict)
    asked: Mask | None = None

    def __post_init__(self) -> None:
        shape = (self.raters, len(self.items))
        matrices = [*self.values.values(), *([] if self.asked is None else [self.asked])]
        if any(matrix.shape != shape for matrix in matrices):
            raise ValueError(f"every matrix must have one row a rater and one column an item: {shape}")
        if any(mask.shape != shape[:1] for mask in self.panels.values()):
            raise ValueError(f"a panel needs one truth for each of the {self.raters} raters")
        if self.asked is not None and any((self.asked < ~np.isnan(v)).any() for v in self.values.values()):
            raise ValueError("there is an answer from a rater to whom the item was not put")

    @property
    def raters(self) -> int:
        """How many rows; 0 without a criterion."""
        return next((len(matrix) for matrix in self.values.values()), 0)

    def put_to(self, panel: str) -> Mask:
        """One truth an item: whether it was put to at least one member of `panel`."""
        members = self.panels[panel]
        if self.asked is None:
            return np.full(len(self.items), members.any())
        return np.asarray(self.asked[members].any(axis=0))

    def answered(self) -> Mask:
        """Raters x items: whether the rater gave a point on any criterion."""
        given = np.zeros((self.raters, len(self.items)), np.bool_)
        for matrix in self.values.values():
            given |= ~np.isnan(matrix)
        return given

    def item_ratings(self, weights: Weights | None = None) -> list[ItemRatings]:
        """The items as `engine.judge` takes them, each rater repeated `weights` times (None: once).

        A rater of weight 0 stays as somebody who was asked and kept silent: to whom an item was put is the
        study's design, and does not change with who is drawn.
        """
        drawn = np.ones(self.raters, np.int64) if weights is None else weights
        rows = np.repeat(np.arange(self.raters), np.maximum(drawn, 1))
        return [self._item(column, rows, np.asarray(drawn[rows] == 0)) for column in range(len(self.items))]

    def _item(self, column: int, rows: NDArray[np.int64], silent: Mask) -> ItemRatings:
        kept = np.ones(len(rows), np.bool_) if self.asked is None else self.asked[rows, column]
        values = {
            criterion: np.where(silent, np.nan, matrix[rows, column])[kept]
            for criterion, matrix in self.values.items()
        }
        panels = {name: mask[rows][kept] for name, mask in self.panels.items()}
        return ItemRatings(self.items[column], values, panels=panels)
