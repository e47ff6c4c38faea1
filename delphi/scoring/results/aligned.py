"""Rounds put over the same raters and the same items, so that answers can be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.answers import AnsweredRound, Rater
from delphi.scoring.ratings import Mask, Values
from delphi.scoring.round_ratings import RoundRatings


@dataclass(frozen=True)
class Study:
    """`rounds[r]` and `names[r]`, in order of time, every one over all `raters` and all `items` of the study."""

    names: tuple[str, ...]
    raters: tuple[Rater, ...]
    items: tuple[str, ...]
    rounds: tuple[RoundRatings, ...]

    def rated(self, place: int) -> Mask:
        """One truth an item: whether anybody gave it a point in the round."""
        return np.asarray(self.rounds[place].answered().any(axis=0))

    def columns(self, place: int) -> NDArray[np.int64]:
        """The items that were put to somebody in the round."""
        asked = self.rounds[place].asked
        everything = np.arange(len(self.items))
        return everything if asked is None else np.flatnonzero(asked.any(axis=0))

    def since(self, place: int) -> list[int | None]:
        """Of each item, the last round before `place` in which it was rated."""
        earlier = np.array([self.rated(one) for one in range(place)]).reshape(place, len(self.items))
        return [int(held[-1]) if (held := np.flatnonzero(column)).size else None for column in earlier.T]


def align(answered: Sequence[AnsweredRound], criteria: Sequence[str]) -> Study:
    """The study in these rounds. A rater is a name in its panels, here as in one round.

    A rater missing from a round was asked there what others in exactly the same panels were.
    """
    raters = tuple(dict.fromkeys(rater for one in answered for rater in one.raters))
    items = tuple(dict.fromkeys(item for one in answered for item in one.ratings.items))
    panels = tuple(dict.fromkeys(panel for one in answered for panel in one.ratings.panels))
    members = {panel: np.array([panel in held for _, held in raters], np.bool_) for panel in panels}
    rounds = []
    for one in answered:
        rows = np.array([raters.index(rater) for rater in one.raters], np.int64)
        columns = np.array([items.index(item) for item in one.ratings.items], np.int64)
        values = {key: _spread(one.ratings.values[key], raters, items, rows, columns) for key in criteria}
        rounds.append(RoundRatings(items, values, members, _asked(one, raters, items, columns)))
    return Study(tuple(one.name for one in answered), raters, items, tuple(rounds))


def _spread(
    values: Values,
    raters: Sequence[Rater],
    items: Sequence[str],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> Values:
    found = np.full((len(raters), len(items)), np.nan)
    found[np.ix_(rows, columns)] = values
    return found


def _asked(
    one: AnsweredRound, raters: Sequence[Rater], items: Sequence[str], columns: NDArray[np.int64]
) -> Mask:
    own = one.ratings.asked
    given = np.ones((len(one.raters), len(columns)), np.bool_) if own is None else own
    put = {held: row for (_, held), row in zip(one.raters, given, strict=True)}
    found = np.zeros((len(raters), len(items)), np.bool_)
    for row, (_, held) in enumerate(raters):
        found[row, columns] = put.get(held, False)
    return found
