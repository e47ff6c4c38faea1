"""Who rated an item in its round before and not in this one: had they answered otherwise, what could they change.

`departures` gives of each item, for one criterion, None where nobody left or it may not be told, else:

    since           number of the round before
    leavers         how many rated then and not now; stayers: how many rated both times
    delta, p        Cliff's delta of leavers against stayers in the round before, and Mann and Whitney's test, adjusted
                    over the items (false discovery rate); None for fewer leavers than may be shown
    turns           the verdicts that answers of the leavers would have given instead of the one there is; None where a
                    hidden group would tell, or rules compare with an average over the round
    exhaustive      whether all their answers were tried, so that no other verdict could have come out
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from delphi.domain.protocols import StudyProtocol
from delphi.scoring.rules import POOLED

if TYPE_CHECKING:
    from delphi.domain.analyses import Case, Put
    from delphi.scoring.ratings import ItemRatings

Content = dict[str, Any]
Told = Callable[["Put", "Put", str, Sequence[int], int], bool]


def departures(
    protocol: StudyProtocol, cases: Sequence[Case], criterion: str, told: Told
) -> list[Content | None]:
    """`told`: whether numbers of those who rated both times leave nobody else in view."""
    from delphi.scoring.exact import Undefined
    from delphi.scoring.groups import cliffs_delta, mann_whitney, p_value
    from delphi.scoring.multiplicity import adjust

    sides = [_sides(protocol, case, criterion, told) for case in cases]
    tests = [mann_whitney(gone, stayed) for gone, stayed in sides]
    adjusted = adjust([p_value(test) for test in tests], "bh")
    found: list[Content | None] = []
    for case, (gone, stayed), p in zip(cases, sides, adjusted, strict=True):
        delta = cliffs_delta(gone, stayed)
        compared = {
            "delta": None if isinstance(delta, Undefined) else round(delta.delta, 3),
            "p": None if isinstance(p, Undefined) else round(float(p), 4),
        }
        found.append(_of_item(protocol, case, criterion, compared))
    return found


def _of_item(protocol: StudyProtocol, case: Case, criterion: str, compared: Content) -> Content | None:
    leavers, stayers = _who(case, criterion)
    if case.before is None or not leavers or not _countable(protocol, case, stayers):
        return None
    numbers = {"since": case.before.number, "leavers": len(leavers), "stayers": len(stayers)}
    return numbers | compared | _bounds(protocol, case, criterion, leavers)


def _who(case: Case, criterion: str) -> tuple[list[int], list[int]]:
    if case.before is None:
        return [], []
    earlier, later = case.before.points(criterion), case.now.points(criterion)
    unable = {
        expert for row, expert in enumerate(case.now.experts) if case.now.ratings.unable[criterion][row]
    }
    return sorted(earlier.keys() - later.keys() - unable), sorted(earlier.keys() & later.keys())


def _countable(protocol: StudyProtocol, case: Case, stayers: Sequence[int]) -> bool:
    """Where movement is told, so is how many are in it; those who left are the others."""
    shown = case.before is not None and POOLED in case.now.shown and POOLED in case.before.shown
    return shown and len(stayers) >= protocol.minimum_group_size


def _sides(protocol: StudyProtocol, case: Case, criterion: str, told: Told) -> tuple[list[int], list[int]]:
    """What leavers and stayers had answered; nothing where that would tell of few."""
    leavers, stayers = _who(case, criterion)
    minimum = protocol.minimum_group_size
    if (
        case.before is None
        or len(leavers) < minimum
        or not _countable(protocol, case, stayers)
        or not told(case.before, case.now, criterion, stayers, minimum)
    ):
        return [], []
    given = case.before.points(criterion)
    return [given[one] for one in leavers], [given[one] for one in stayers]


def _bounds(protocol: StudyProtocol, case: Case, criterion: str, leavers: Sequence[int]) -> Content:
    from delphi.scoring.attrition import panels_of, worst_case_at_once
    from delphi.scoring.vectorised import judge_items

    rules = protocol.rules
    if case.now.hides or any(one.threshold == "apmo" for rule in rules.rules for one in rule.conditions):
        return {"turns": None, "exhaustive": False}
    ratings, places = _with_leavers(case, criterion, leavers)

    def decide(vectors: Any) -> list[str]:
        items = [replace(ratings, values={**ratings.values, criterion: vector}) for vector in vectors]
        return [verdict.value for verdict in judge_items(rules, items)]

    points = rules.criteria[criterion].scale.points
    values = ratings.values[criterion]
    found = worst_case_at_once(ratings.item, decide, values, places, points, kinds=panels_of(ratings))
    return {"turns": [flip.verdict for flip in found.flips], "exhaustive": found.exhaustive}


def _with_leavers(case: Case, criterion: str, leavers: Sequence[int]) -> tuple[ItemRatings, Any]:
    """The item's answers with a row for each leaver who was not asked any more, in the panels held before."""
    import numpy as np

    now, before = case.now, case.before
    gone = [expert for expert in leavers if expert not in set(now.experts)]
    held = before.held(criterion) if before else {}
    blank = np.full(len(gone), np.nan)
    values = {key: np.concatenate([one, blank]) for key, one in now.ratings.values.items()}
    panels = {
        name: np.concatenate([mask, np.array([name in held[expert] for expert in gone], np.bool_)])
        for name, mask in now.ratings.panels.items()
    }
    places = np.array([expert in set(leavers) for expert in [*now.experts, *gone]], np.bool_)
    unable = {key: np.zeros(len(one), np.bool_) for key, one in values.items()}
    return replace(now.ratings, values=values, unable=unable, panels=panels), places
