"""Who left during a study: whether they had answered otherwise, and what they could have changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from delphi.scoring.attrition import (
    AttritionTest,
    DecideAll,
    Leavers,
    WorstCase,
    compare_leavers,
    find_leavers,
    worst_case_at_once,
)
from delphi.scoring.documents import to_document
from delphi.scoring.protocol import Protocol
from delphi.scoring.ratings import Mask, Values
from delphi.scoring.results.aligned import Study
from delphi.scoring.results.meter import Progress
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.vectorised import VERDICTS, VectorisedRound


def attrition(protocol: Protocol, study: Study, told: Progress) -> dict[str, Any] | None:
    """attrition[criterion]: one document an item; None for fewer than two rounds, which nobody can leave."""
    if len(study.rounds) < 2:
        return None
    found: dict[str, Any] = {}
    for done, (key, criterion) in enumerate(protocol.criteria.items(), 1):
        rounds = [one.values[key] for one in study.rounds]
        tests = compare_leavers(study.items, rounds)
        left = find_leavers(study.items, rounds)
        found[key] = [
            _compared(study, one, test)
            | {"worst_case": _worst_case(protocol, study, column, key, one, criterion.scale.points)}
            for column, (one, test) in enumerate(zip(left, tests, strict=True))
        ]
        told(done, len(protocol.criteria))
    return found


def _compared(study: Study, left: Leavers, test: AttritionTest) -> dict[str, Any]:
    """The test, with rounds by name, and how many left at all."""
    final, common = (None if place is None else study.names[place] for place in (left.final, left.common))
    numbers = {"leavers": int(left.leavers.sum()), "stayers": int(left.stayers.sum())}
    document: dict[str, Any] = {"final": final} | numbers | to_document(test)
    return document | {"common": common}


def _worst_case(
    protocol: Protocol, study: Study, column: int, criterion: str, left: Leavers, points: int
) -> dict[str, Any] | None:
    """None where nobody left who could have been asked in the final round."""
    if left.final is None:
        return None
    final = study.rounds[left.final]
    askable = left.leavers & _askable(final, column)
    if not askable.any():
        return None
    decide = _by_rules(protocol, final, column, criterion, np.flatnonzero(askable), points)
    kinds = [held for _, held in study.raters]
    answers = final.values[criterion][:, column]
    return _without_names(
        worst_case_at_once(study.items[column], decide, answers, askable, points, kinds=kinds)
    )


def _askable(final: RoundRatings, column: int) -> Mask:
    """Who is in no panel that the item was not put to: what others answered says nothing of that panel's."""
    outside = [mask for panel, mask in final.panels.items() if not final.put_to(panel)[column]]
    return np.asarray(~np.any(np.array(outside).reshape(len(outside), final.raters), axis=0))


def _without_names(found: WorstCase) -> dict[str, Any]:
    """How many leavers, and the points they would have given; not who."""
    flips = [
        {"verdict": flip.verdict, "points": [point for _, point in flip.answers]} for flip in found.flips
    ]
    return {
        "verdict": found.verdict,
        "leavers": len(found.leavers),
        "all_at": list(found.all_at),
        "flips": flips,
        "exhaustive": found.exhaustive,
        "can_flip": found.can_flip,
    }


def _by_rules(
    protocol: Protocol,
    final: RoundRatings,
    column: int,
    criterion: str,
    leavers: NDArray[np.int64],
    points: int,
) -> DecideAll:
    """The verdicts of the rules on vectors of answers to one item, as weights of raters who might have been.

    Beside every rater, who stays as it is, stand for each leaver as many as there are points, and those are drawn
    whose point is the leaver's answer. The other items stay for the rules that look at the whole round (APMO).
    """
    whole = any(condition.threshold == "apmo" for rule in protocol.rules for condition in rule.conditions)
    columns = np.arange(len(final.items)) if whole else np.array([column])
    place = column if whole else 0
    rows = np.concatenate([np.arange(final.raters), np.repeat(leavers, points)])
    silent = np.full((len(leavers) * points, len(columns)), np.nan)
    might = silent.copy()
    might[:, place] = np.tile(np.arange(1, points + 1), len(leavers))
    values = {
        key: np.vstack([matrix[:, columns], might if key == criterion else silent])
        for key, matrix in final.values.items()
    }
    panels = {panel: mask[rows] for panel, mask in final.panels.items()}
    asked = None if final.asked is None else _asked(final.asked, columns, rows, place, final.raters)
    ratings = RoundRatings(tuple(final.items[one] for one in columns.tolist()), values, panels, asked)
    round_ = VectorisedRound(protocol, ratings)

    def decide(vectors: Values) -> list[str]:
        drawn = vectors[:, leavers][:, :, np.newaxis] == np.arange(1, points + 1)
        weights = np.ones((len(vectors), ratings.raters), np.uint8)
        weights[:, final.raters :] = drawn.reshape(len(vectors), -1)
        return [VERDICTS[code].value for code in round_.verdicts(weights)[:, place].tolist()]

    return decide


def _asked(asked: Mask, columns: NDArray[np.int64], rows: NDArray[np.int64], place: int, raters: int) -> Mask:
    found = np.array(asked[np.ix_(rows, columns)])
    found[raters:, place] = True
    return found
