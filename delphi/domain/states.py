"""The states of a study, a round, an item and an expert, and every move between them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from delphi.domain.errors import DomainError
from delphi.domain.permissions import Permission


class StudyState(StrEnum):
    DRAFT = "draft"
    SEALED = "sealed"
    RUNNING = "running"
    CONCLUDED = "concluded"


class RoundState(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"


class Invited(StrEnum):
    """Whom a round asks, of those in its panels."""

    EVERYONE = "everyone"
    RESPONDENTS = "respondents"  # who answered in the round before


class ItemState(StrEnum):
    CANDIDATE = "candidate"
    IN_PLAY = "in_play"
    PROMOTED = "promoted"
    DROPPED = "dropped"
    MERGED = "merged"
    SPLIT = "split"


class Descent(StrEnum):
    """How one item came from another."""

    MERGED = "merged"
    SPLIT = "split"


class ExpertState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class SuggestionState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    MERGED = "merged"
    DECLINED = "declined"


SCORED = (RoundState.CLOSED, RoundState.DECIDED)  # with verdicts, and no answers any more
ASKABLE = (ItemState.CANDIDATE, ItemState.IN_PLAY)  # not settled, nor become another
MOVED_ON = (ItemState.MERGED, ItemState.SPLIT)  # become another, or several
IN_STUDY = (ExpertState.INVITED, ExpertState.ACTIVE)  # neither declined nor withdrawn

State = StudyState | RoundState | ItemState | ExpertState


class Move(NamedTuple):
    """`permission` None: made by the expert or by the platform itself, never by staff."""

    name: str
    start: frozenset[State]
    end: State
    permission: Permission | None


def _move(name: str, start: Iterable[State], end: State, permission: Permission | None) -> Move:
    return Move(name, frozenset(start), end, permission)


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        _move("study.seal", {StudyState.DRAFT}, StudyState.SEALED, Permission.SEAL_PROTOCOL),
        _move(
            "study.start", {StudyState.SEALED, StudyState.RUNNING}, StudyState.RUNNING, Permission.RUN_ROUNDS
        ),
        _move("study.conclude", {StudyState.RUNNING}, StudyState.CONCLUDED, Permission.CONCLUDE_STUDY),
        _move("round.schedule", {RoundState.DRAFT}, RoundState.SCHEDULED, Permission.RUN_ROUNDS),
        _move("round.unschedule", {RoundState.SCHEDULED}, RoundState.DRAFT, Permission.RUN_ROUNDS),
        _move("round.open", {RoundState.DRAFT, RoundState.SCHEDULED}, RoundState.OPEN, Permission.RUN_ROUNDS),
        _move("round.extend", {RoundState.OPEN}, RoundState.OPEN, Permission.RUN_ROUNDS),
        _move("round.close", {RoundState.OPEN}, RoundState.CLOSED, Permission.RUN_ROUNDS),
        _move("round.reopen", {RoundState.CLOSED}, RoundState.OPEN, Permission.RUN_ROUNDS),
        _move("round.decide", {RoundState.CLOSED}, RoundState.DECIDED, Permission.MAKE_DECISIONS),
        _move("round.undecide", {RoundState.DECIDED}, RoundState.CLOSED, Permission.MAKE_DECISIONS),
        _move("item.set_aside", ASKABLE, ItemState.DROPPED, Permission.EDIT_ITEMS),
        _move("item.restore", {ItemState.DROPPED}, ItemState.CANDIDATE, Permission.EDIT_ITEMS),
        _move("item.put_back", {ItemState.DROPPED}, ItemState.IN_PLAY, Permission.EDIT_ITEMS),
        _move("item.merge", ASKABLE, ItemState.MERGED, Permission.EDIT_ITEMS),
        _move("item.split", ASKABLE, ItemState.SPLIT, Permission.EDIT_ITEMS),
        _move("item.undo", MOVED_ON, ItemState.CANDIDATE, Permission.EDIT_ITEMS),
        _move("item.undo_in_play", MOVED_ON, ItemState.IN_PLAY, Permission.EDIT_ITEMS),
        _move("item.put_in_play", ASKABLE, ItemState.IN_PLAY, Permission.RUN_ROUNDS),
        _move("item.promote", {ItemState.IN_PLAY}, ItemState.PROMOTED, Permission.MAKE_DECISIONS),
        _move("item.drop", ASKABLE, ItemState.DROPPED, Permission.MAKE_DECISIONS),
        _move(
            "item.undecide",
            {ItemState.PROMOTED, ItemState.DROPPED},
            ItemState.IN_PLAY,
            Permission.MAKE_DECISIONS,
        ),
        _move("expert.consent", {*IN_STUDY, ExpertState.DECLINED}, ExpertState.ACTIVE, None),
        _move("expert.decline", {ExpertState.INVITED}, ExpertState.DECLINED, None),
        _move(
            "expert.withdraw",
            {*IN_STUDY, ExpertState.DECLINED},
            ExpertState.WITHDRAWN,
            Permission.SEE_CONTACTS,
        ),
    )
}


def move(name: str, state: State) -> State:
    """The state after a move; refuses with `noun.wrong_state` when the table does not have it."""
    step = MOVES[name]
    if state not in step.start:
        noun, _, verb = name.partition(".")
        raise DomainError(f"{noun}.wrong_state", move=verb, state=str(state))
    return step.end
