"""Taking decisions back until the next round opens: one, the last bulk confirmation, or the end of deciding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from delphi.db import session
from delphi.domain.decisions import ITEM_ENDS
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, RoundState, StudyState, move
from delphi.models import Account, Decision, Event, Feedback, Item, Round, StoredVerdict, Study
from delphi.scoring.rules import Verdict
from delphi.services import decisions, history, studies

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Bulk:
    """The last bulk confirmation of a round of which something is still in force."""

    event_id: int
    by: str
    at: datetime
    item_ids: frozenset[int]


def undo(study: Study, round_id: int, item_id: int, seen: int, *, by: Account, now: datetime) -> bool:
    """Take back the decision that was `seen` in force, by its id; False when there is none any more."""
    closed = decisions.deciding(study, round_id)
    made = decisions.in_force([closed.id]).get((closed.id, item_id))
    if made is None:
        if session.get(StoredVerdict, (closed.id, item_id)) is None:
            raise NotFound("item.not_found")
        return False
    if made.id != seen:
        raise DomainError("decision.undo_meanwhile")
    _take_back(closed, [made], by, now)
    return True


def last_bulk(closed: Round, made: Iterable[Decision]) -> Bulk | None:
    """Of the decisions `made` on the round, those in force."""
    in_force = {one.id: one.item_id for one in made}
    query = (
        select(Event, Account.name, Account.email)
        .join(Account, Account.id == Event.account_id)
        .where(Event.study_id == closed.study_id, Event.kind == "decision.confirmed")
        .order_by(Event.id.desc())
    )
    for event, name, email in session.execute(query) if in_force else ():
        first, last = event.facts.get("decisions", (1, 0))
        held = frozenset(item_id for number, item_id in in_force.items() if first <= number <= last)
        if held and event.facts["number"] == closed.number:
            return Bulk(event.id, name or email, event.happened_at, held)
    return None


def undo_bulk(study: Study, round_id: int, event_id: int, *, by: Account, now: datetime) -> int:
    """Take back what is still in force of the last bulk confirmation, if it is this one; returns how many."""
    closed = decisions.deciding(study, round_id)
    made = list(decisions.in_force([closed.id]).values())
    bulk = last_bulk(closed, made)
    if bulk is None or bulk.event_id != event_id:
        return 0
    return _take_back(closed, [one for one in made if one.item_id in bulk.item_ids], by, now)


def undecide(study: Study, round_id: int, reason: str, *, by: Account, now: datetime) -> Round:
    """Decide again on a round that was finished: its items are in play, its feedback, which nobody saw, goes.

    Experts are told of a round only once a later one opened or the study is over (services/settled.py).
    """
    decided = decisions.held(study, round_id)
    studies.lock(study)
    state = RoundState(move("round.undecide", decided.state))
    if study.state is not StudyState.RUNNING:
        raise DomainError("study.wrong_state")
    if later := opened_after(decided):
        raise DomainError("decision.later_opened", number=later)
    if not (reason := reason.strip()):
        raise DomainError("decision.undecide_needs_reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError("decision.reason_too_long", most=LONGEST_REASON)
    decided.state, decided.decided_at = state, None
    _put_back(decided)
    session.execute(delete(Feedback).where(Feedback.round_id == decided.id))
    history.record(study.id, "round.undecided", by=by, now=now, number=decided.number, reason=reason)
    return decided


def opened_after(decided: Round) -> int | None:
    """The number of a round that opened later, if there is one."""
    query = select(Round.number).where(
        Round.study_id == decided.study_id, Round.number > decided.number, Round.opened_at.is_not(None)
    )
    return session.scalar(query.order_by(Round.number).limit(1))


def _put_back(decided: Round) -> None:
    """Items that the decisions moved were in play; one that was moved again since stays where it is."""
    ends = {
        item_id: ITEM_ENDS.get(Verdict(made.outcome))
        for (_, item_id), made in decisions.in_force([decided.id]).items()
    }
    for item in session.scalars(select(Item).where(Item.id.in_(ends))):
        if item.state is ends[item.id]:
            item.state = ItemState(move("item.undecide", item.state))


def _take_back(closed: Round, made: list[Decision], by: Account, now: datetime) -> int:
    for one in made:
        decisions.take_back(closed, one, "", by, now)
    if made:
        facts = {"number": closed.number, "count": len(made)}
        history.record(closed.study_id, "decision.undone", by=by, now=now, **facts)
    return len(made)
