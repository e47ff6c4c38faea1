"""From what the rules say, through what the facilitator decides, to what becomes of an item."""

from __future__ import annotations

from enum import StrEnum

from delphi.domain.errors import DomainError
from delphi.domain.states import MOVES, ItemState, StudyState
from delphi.scoring.rules import Verdict

OUTCOMES = (Verdict.PROMOTE, Verdict.REVISE, Verdict.DROP, Verdict.RE_RATE)

# The move that an outcome makes; an outcome without one leaves the item in play.
ITEM_MOVES = {Verdict.PROMOTE: "item.promote", Verdict.DROP: "item.drop"}

# Where these moves leave it.
ITEM_ENDS = {outcome: ItemState(MOVES[name].end) for outcome, name in ITEM_MOVES.items()}


def outcome_when_followed(verdict: Verdict) -> Verdict:
    """Following a verdict: too few answers to judge means the item is asked again."""
    return Verdict.RE_RATE if verdict is Verdict.INSUFFICIENT else verdict


def goes_against(verdict: str, outcome: str) -> bool:
    """Whether it was decided otherwise than the rules say; a reason may be given for following them too."""
    return Verdict(outcome) is not outcome_when_followed(Verdict(verdict))


def check_override(verdict: Verdict, outcome: Verdict, reason: str) -> None:
    """Going against the rules needs a reason; deciding what they say already does not."""
    if outcome not in OUTCOMES:
        raise DomainError("decision.unknown_outcome", outcome=str(outcome))
    if goes_against(verdict, outcome) and not reason.strip():
        raise DomainError("decision.needs_reason")


class Fate(StrEnum):
    """What became of an item that an expert rated and is not asked now, as experts are told it."""

    KEPT = "kept"
    NOT_KEPT = "not_kept"
    MERGED = "merged"
    SPLIT = "split"
    REWORDED = "reworded"
    AGAIN = "again"
    UNSETTLED = "unsettled"


_FATES = {
    ItemState.PROMOTED: Fate.KEPT,
    ItemState.DROPPED: Fate.NOT_KEPT,
    ItemState.MERGED: Fate.MERGED,
    ItemState.SPLIT: Fate.SPLIT,
}


def fate_of(state: ItemState, outcome: Verdict | None, study: StudyState) -> Fate:
    """`outcome` is that of the item's latest decision."""
    if state in _FATES:
        return _FATES[state]
    if study is StudyState.CONCLUDED:
        return Fate.UNSETTLED
    return Fate.REWORDED if outcome is Verdict.REVISE else Fate.AGAIN
