"""Answers as a list, one a row, put together into the matrices that everything else takes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.ratings import ItemRatings, Mask
from delphi.scoring.round_ratings import RoundRatings

Rater = tuple[str, tuple[str, ...]]  # name and panels
Labels = NDArray[np.object_]


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
    compared: str = ""


@dataclass(frozen=True)
class AnsweredRound:
    """One round. `ratings` has its raters x items matrices; unable[criterion] is true where one was unable to rate.

    compared[criterion] is raters x items too: the group an answer is in where answers are compared by something
    other than panels, "" for none; empty where they are not.
    """

    name: str
    ratings: RoundRatings
    raters: tuple[Rater, ...]  # in the order of the rows
    unable: Mapping[str, Mask]
    compared: Mapping[str, Labels] = field(default_factory=dict)

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
    """The rounds in the order of their numbers ("2" before "Round 10"), or else, as items and raters, of appearance.

    A rater is a name in its panels: the same name in other panels is another person. An item was put to a rater
    when anybody in exactly the same panels has a row for it, so that the silent are seen to be silent.
    """
    by_round: dict[str, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        by_round[row.round].append(row)
    return [_round(name, by_round[name], criteria) for name in _in_order(list(by_round))]


def _in_order(names: Sequence[str]) -> list[str]:
    """By the number each name ends in, if all do: rows may be sorted by anything but time."""
    numbers = {name: re.search(r"\d+$", name.strip()) for name in names}
    found = {name: int(number.group()) for name, number in numbers.items() if number}
    return sorted(names, key=found.__getitem__) if len(found) == len(names) else list(names)


def _round(name: str, rows: Sequence[AnswerRow], criteria: Sequence[str]) -> AnsweredRound:
    items = {item: place for place, item in enumerate(dict.fromkeys(row.item for row in rows))}
    raters = {who: place for place, who in enumerate(dict.fromkeys((row.rater, row.panels) for row in rows))}
    shape = len(raters), len(items)
    values = {criterion: np.full(shape, np.nan) for criterion in criteria}
    unable = {criterion: np.zeros(shape, bool) for criterion in criteria}
    by_group = any(row.compared for row in rows)
    compared = {criterion: np.full(shape, "", object) for criterion in criteria if by_group}
    for row in rows:
        place = raters[row.rater, row.panels], items[row.item]
        if by_group:
            compared[row.criterion][place] = row.compared
        unable[row.criterion][place] = row.unable
        if row.point is not None:
            values[row.criterion][place] = row.point
    panels = {panel: np.array([panel in held for _, held in raters]) for panel in _panels(raters)}
    ratings = RoundRatings(tuple(items), values, panels, _asked(rows, raters, items))
    return AnsweredRound(name, ratings, tuple(raters), unable, compared)


def _panels(raters: Iterable[Rater]) -> list[str]:
    return list(dict.fromkeys(panel for _, held in raters for panel in held))


def _asked(rows: Iterable[AnswerRow], raters: Iterable[Rater], items: Mapping[str, int]) -> Mask:
    put: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows:
        put[row.panels].add(items[row.item])
    return np.array([[place in put[held] for place in range(len(items))] for _, held in raters], bool)
