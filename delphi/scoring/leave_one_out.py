"""Whether one expert made the verdict: every single deletion, tried."""

from dataclasses import dataclass

import numpy as np

from delphi.scoring.exact import NO_RATINGS, Undefined
from delphi.scoring.protocol import Protocol
from delphi.scoring.resampling import parts
from delphi.scoring.round_ratings import RoundRatings
from delphi.scoring.rules import Verdict
from delphi.scoring.vectorised import VERDICTS, VectorisedRound
from delphi.scoring.vectorised_conditions import Codes


@dataclass(frozen=True)
class LeaveOneOut:
    """One item: of `deletions` (raters who answered it), those whose absence gives another verdict.

    `flipping` holds their rows, `share` is their number over `deletions`, `becomes` the verdicts they lead to.
    """

    item: str
    verdict: Verdict
    deletions: int
    flipping: tuple[int, ...]
    share: float | Undefined
    becomes: tuple[Verdict, ...]


def leave_one_out(protocol: Protocol, ratings: RoundRatings) -> list[LeaveOneOut]:
    """The share of single deletions that flip each item's verdict, in the order of the items; exact.

    One rater's whole row is deleted (with APMO it moves the threshold too) and the round is judged again.
    Only raters who gave the item a point count as deletions of it. Deleting the only member of a panel leaves
    it short of raters, not absent. The share is undefined where nobody answered. ValueError for a rating off
    its scale.
    """
    round_ = VectorisedRound(protocol, ratings)
    everyone = np.ones((1, ratings.raters), np.int64)
    given = round_.verdicts(everyone)[0]
    answered = ratings.answered()
    found = np.zeros((ratings.raters, len(ratings.items)), np.int8)
    for part in parts(ratings.raters, max(len(ratings.items), ratings.raters)):
        weights = np.repeat(everyone, part.stop - part.start, axis=0)
        weights[np.arange(len(weights)), np.arange(part.start, part.stop)] = 0
        found[part] = round_.verdicts(weights)
    return [
        _deletions(item, int(given[column]), found[:, column], np.flatnonzero(answered[:, column]).tolist())
        for column, item in enumerate(ratings.items)
    ]


def _deletions(item: str, given: int, found: Codes, deleted: list[int]) -> LeaveOneOut:
    flipping = tuple(row for row in deleted if found[row] != given)
    becomes = tuple(VERDICTS[code] for code in sorted({int(found[row]) for row in flipping}))
    share = len(flipping) / len(deleted) if deleted else NO_RATINGS
    return LeaveOneOut(item, VERDICTS[given], len(deleted), flipping, share, becomes)
