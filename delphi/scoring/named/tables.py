"""A named statistic of a list of answers: for each item, for the panel, between rounds, or between panels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.answers import AnsweredRound
from delphi.scoring.named.statistic import NamedStatistic

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Computed:
    """One `result` and what it is of: parts of `of` that the answers do not tell apart are left out."""

    of: Mapping[str, str]
    result: Any


def compute_over(
    statistic: NamedStatistic, rounds: Sequence[AnsweredRound], given: Mapping[str, Any]
) -> list[Computed]:
    """The statistic of everything it is about; `given` are its options, and `points`.

    Between rounds: each round and the one after it, the raters of both by name and panels. ValueError for a
    statistic of other numbers, with one round or one panel where two are needed, and as
    `NamedStatistic.compute`.
    """
    if statistic.over == "numbers":
        raise ValueError(f"{statistic.name} is not computed from ratings: give its data as a JSON file")
    parts = {
        "item": _items,
        "panel": _panels,
        "rounds": _between_rounds,
        "groups": _between_groups,
    }[statistic.over](rounds)
    many_rounds, many_criteria = len(rounds) > 1, len(rounds[0].ratings.values) > 1 if rounds else False
    shown = {"round": many_rounds, "criterion": many_criteria, "item": True}
    found = []
    for of, data in parts:
        wanted = _matching(statistic, data)
        kept = {name: text for name, text in of.items() if shown[name]}
        found.append(Computed(kept, statistic.compute({**wanted, **given})))
    return found


Part = tuple[dict[str, str], dict[str, Any]]


def _items(rounds: Iterable[AnsweredRound]) -> Iterator[Part]:
    for one, criterion, values in _matrices(rounds):
        for column, item in enumerate(one.ratings.items):
            of = {"round": one.name, "criterion": criterion, "item": item}
            yield of, {"ratings": values[:, column]}


def _panels(rounds: Iterable[AnsweredRound]) -> Iterator[Part]:
    for one, criterion, values in _matrices(rounds):
        yield {"round": one.name, "criterion": criterion}, {"ratings": values, "rankings": values}


def _between_rounds(rounds: Sequence[AnsweredRound]) -> Iterator[Part]:
    if len(rounds) < 2:
        raise ValueError(
            "the statistic compares rounds, and the file has one: it needs a column with the round"
        )
    for before, after in pairwise(rounds):
        rows = {who: row for row, who in enumerate(before.raters)}
        both = [(rows[who], row) for row, who in enumerate(after.raters) if who in rows]
        earlier, later = ([pair[side] for pair in both] for side in (0, 1))
        places = {item: place for place, item in enumerate(before.ratings.items)}
        for criterion, values in after.ratings.values.items():
            for column, item in enumerate(after.ratings.items):
                if item in places:
                    of = {"round": f"{before.name} → {after.name}", "criterion": criterion, "item": item}
                    first = before.ratings.values[criterion][earlier, places[item]]
                    yield of, {"earlier": first, "later": values[later, column]}


def _between_groups(rounds: Iterable[AnsweredRound]) -> Iterator[Part]:
    for one, criterion, values in _matrices(rounds):
        panels = one.ratings.panels
        if len(panels) < 2:
            raise ValueError("the statistic compares panels, and the file has fewer than two")
        for column, item in enumerate(one.ratings.items):
            groups = {panel: values[members, column] for panel, members in panels.items()}
            yield {"round": one.name, "criterion": criterion, "item": item}, {"groups": groups}


def _matrices(rounds: Iterable[AnsweredRound]) -> Iterator[tuple[AnsweredRound, str, Values]]:
    for one in rounds:
        for criterion, values in one.ratings.values.items():
            yield one, criterion, values


def _matching(statistic: NamedStatistic, data: dict[str, Any]) -> dict[str, Any]:
    """The data as the function takes it: two groups as x and y, rankings where it takes those."""
    takes = statistic.parameters()
    if "groups" in data and "groups" not in takes:
        if len(data["groups"]) != 2:
            raise ValueError(f"{statistic.name} compares two panels, and the file has {len(data['groups'])}")
        return dict(zip("xy", data["groups"].values(), strict=True))
    if "rankings" in data:
        return {"rankings": data["rankings"]} if "rankings" in takes else {"ratings": data["ratings"]}
    return data
