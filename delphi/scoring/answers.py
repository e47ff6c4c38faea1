"""Answers as a list, one a row, put together into the matrices that everything else takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from delphi.scoring.ratings import ItemRatings, Mask
from delphi.scoring.round_ratings import RoundRatings


@dataclass(frozen=True)
class AnswerRow:
    """One rater's answer to one criterion of one item in one round; point None: no answer, or unable to rate."""

    item: str
    rater: str
    criterion: str
    point: int | None
    unable: bool = False
    panels: tuple[str, ...] = ()
    round: str = ""


@dataclass(frozen=True)
class AnsweredRound:
    """One round. `ratings` has its raters x items matrices; unable[criterion] is true where one was unable to rate."""

    name: str
    ratings: RoundRatings
    raters: tuple[tuple[str, tuple[str, ...]], ...]  # name and panels, in the order of the rows
    unable: Mapping[str, Mask]

    def item_ratings(self) -> list[ItemRatings]:
        """The items as `engine.judge` takes them, with those unable to rate."""
        asked = self.ratings.asked
        found = []
        for column, item in enumerate(self.ratings.items):
            kept = np.ones(len(self.raters), bool) if asked is None else asked[:, column]
            found.append(
                ItemRatings(
                    item,
                    {criterion: values[kept, column] for criterion, values in self.ratings.values.items()},
                    {criterion: unable[kept, column] for criterion, unable in self.unable.items()},
                    {panel: members[kept] for panel, members in self.ratings.panels.items()},
                )
            )
        return found


def rounds(rows: Iterable[AnswerRow], criteria: Sequence[str]) -> list[AnsweredRound]:
    """The rounds in the order they first appear, items and raters too.

    A rater is a name in its panels: the same name in other panels is another person. An item was put to a rater
    when anybody in exactly the same panels has a row for it, so that the silent are seen to be silent.
    """
    by_round: dict[str, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        by_round[row.round].append(row)
    return [_round(name, listed, criteria) for name, listed in by_round.items()]


def _round(name: str, rows: Sequence[AnswerRow], criteria: Sequence[str]) -> AnsweredRound:
    items = {item: place for place, item in enumerate(dict.fromkeys(row.item for row in rows))}
    raters = {who: place for place, who in enumerate(dict.fromkeys((row.rater, row.panels) for row in rows))}
    shape = len(raters), len(items)
    values = {criterion: np.full(shape, np.nan) for criterion in criteria}
    unable = {criterion: np.zeros(shape, bool) for criterion in criteria}
    for row in rows:
        place = raters[row.rater, row.panels], items[row.item]
        unable[row.criterion][place] = row.unable
        if row.point is not None:
            values[row.criterion][place] = row.point
    panels = {panel: np.array([panel in held for _, held in raters]) for panel in _panels(raters)}
    ratings = RoundRatings(tuple(items), values, panels, _asked(rows, raters, items))
    return AnsweredRound(name, ratings, tuple(raters), unable)


def _panels(raters: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    return list(dict.fromkeys(panel for _, held in raters for panel in held))


def _asked(
    rows: Iterable[AnswerRow], raters: Iterable[tuple[str, tuple[str, ...]]], items: Mapping[str, int]
) -> Mask:
    put: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows:
        put[row.panels].add(items[row.item])
    return np.array([[place in put[held] for place in range(len(items))] for _, held in raters], bool)
