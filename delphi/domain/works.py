"""Long work: the states it goes through, and whether what was made still holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

# What of its kind is made, such as {"language": "fr"}: values a kind allows, all of them words.
Options = Mapping[str, str]

# `progress(step, done, total)`: the step has words, `work_step.<step>`; total 0: how much there is, is not known.
Progress = Callable[[str, int, int], None]


def untold(_step: str, _done: int, _total: int) -> None:
    """For those who do not follow."""


class WorkState(StrEnum):
    WAITING = "waiting"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Move(NamedTuple):
    start: frozenset[WorkState]
    end: WorkState


UNFINISHED: Final = frozenset({WorkState.WAITING, WorkState.UNDER_WAY})
UNDER_WAY: Final = frozenset({WorkState.UNDER_WAY})

MOVES: Final = {
    "claim": Move(frozenset({WorkState.WAITING}), WorkState.UNDER_WAY),
    "put_back": Move(UNDER_WAY, WorkState.WAITING),  # the worker stopped meanwhile
    "settle": Move(UNDER_WAY, WorkState.DONE),
    "fail": Move(UNDER_WAY, WorkState.FAILED),
    "cancel": Move(UNFINISHED, WorkState.CANCELLED),
}


class Age(StrEnum):
    CURRENT = "current"
    OLD = "old"  # something has changed since
    TAKEN_BACK = "taken_back"  # it holds what was since redacted, or of somebody who has since left


class Fingerprint(NamedTuple):
    """Of what a file is made from: of everything, and of what was taken out of it."""

    whole: str
    taken_back: str

    def __str__(self) -> str:
        return self.whole + self.taken_back


HALF: Final = 32  # characters of each part


def is_taken_back(made_from: str, taken_back: str) -> bool:
    """`made_from`: the fingerprint as it was kept with the file; `taken_back`: that half of it as it is now."""
    return made_from[HALF:] != taken_back


def age(made_from: str, now: Fingerprint) -> Age:
    """`made_from`: the fingerprint as it was kept with the file."""
    if is_taken_back(made_from, now.taken_back):
        return Age.TAKEN_BACK
    return Age.CURRENT if made_from[:HALF] == now.whole else Age.OLD
