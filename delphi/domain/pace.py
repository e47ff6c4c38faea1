"""How long answering takes, from when answers were given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from statistics import median

DEFAULT = 20.0  # seconds an answer, until enough of them are measured
FEWEST = 30  # gaps that a measured pace needs
PAUSE = timedelta(minutes=5)  # a longer gap is time spent on something else
TOGETHER = timedelta(seconds=1)  # answers nearer than this came in at once, as a page or a queue does


def seconds_an_answer(given: Iterable[tuple[int, datetime]]) -> float:
    """The median gap between one expert's successive answers; `given` holds (expert, time) in any order."""
    ordered = sorted(given)
    gaps = [
        later[1] - earlier[1]
        for _expert, answers in groupby(ordered, key=lambda one: one[0])
        for earlier, later in pairwise(answers)
    ]
    counted = [gap.total_seconds() for gap in gaps if TOGETHER <= gap <= PAUSE]
    return median(counted) if len(counted) >= FEWEST else DEFAULT


def minutes(answers: int, seconds: float) -> int:
    """For so many answers, rounded up."""
    return -int(-answers * seconds // 60)
