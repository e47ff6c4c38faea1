"""What the facilitator does with verdicts, and finishing a round: items move, feedback is frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from delphi.db import session
from delphi.domain.decisions import ITEM_MOVES, check_override, outcome_when_followed
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, RoundState, move
from delphi.models import Account, Decision, Item, Round, RoundItem, StoredVerdict, Study
from delphi.scoring.rules import Verdict
from delphi.services import feedback, history, rounds, verdicts


def in_force(round_ids: Collection[int]) -> dict[tuple[int, int], Decision]:
    """(round, item) -> the latest decision."""
    latest = (
        select(func.max(Decision.id))
        .where(Decision.round_id.in_(round_ids))
        .group_by(Decision.round_id, Decision.item_id)
    )
    found = session.scalars(select(Decision).where(Decision.id.in_(latest)))
    return {(row.round_id, row.item_id): row for row in found}


def confirm(study: Study, round_id: int, item_ids: Iterable[int], *, by: Account, now: datetime) -> int:
    """Follow the rules for these items; those decided already are left as they are. Returns how many were decided."""
    closed = _deciding(study, round_id)
    found, decided = verdicts.of_round(closed), in_force([closed.id])
    count = 0
    for item_id in dict.fromkeys(item_ids):
        if item_id not in found:
            raise NotFound("item.not_found")
        if (closed.id, item_id) not in decided:
            verdict = Verdict(found[item_id].verdict)
            _add(closed, item_id, verdict, outcome_when_followed(verdict), "", by, now)
            count += 1
    if count:
        history.record(study.id, "decision.confirmed", by=by, now=now, number=closed.number, count=count)
    return count


def decide(
    study: Study, round_id: int, item_id: int, outcome: Verdict, reason: str, *, by: Account, now: datetime
) -> None:
    """Decide one item; going against the rules needs a reason, and both stay on record."""
    closed = _deciding(study, round_id)
    stored = session.get(StoredVerdict, (closed.id, item_id))
    if stored is None:
        raise NotFound("item.not_found")
    verdict = Verdict(stored.verdict)
    check_override(verdict, outcome, reason)
    _add(closed, item_id, verdict, outcome, reason.strip(), by, now)
    code = session.scalar(select(Item.code).where(Item.id == item_id))
    facts = {"item": code, "verdict": verdict.value, "outcome": outcome.value}
    history.record(study.id, "decision.made", by=by, now=now, number=closed.number, **facts)


def undecided(closed: Round) -> list[int]:
    """Items of the round without a decision."""
    decided = select(Decision.item_id).where(Decision.round_id == closed.id)
    query = select(RoundItem.item_id).where(
        RoundItem.round_id == closed.id, RoundItem.item_id.not_in(decided)
    )
    return list(session.scalars(query))


def finish(study: Study, round_id: int, *, by: Account, now: datetime) -> Round:
    """Every item is decided: items take their new state, and what experts will see is frozen."""
    closed = rounds.locked(round_id)
    _same_study(study, closed)
    closed.state = RoundState(move("round.decide", closed.state))
    if waiting := undecided(closed):
        raise DomainError("decision.undecided_items", count=len(waiting))
    closed.decided_at = now
    outcomes = _settle(closed)
    feedback.freeze(closed, now=now)
    history.record(study.id, "round.decided", by=by, now=now, number=closed.number, outcomes=outcomes)
    return closed


def _settle(closed: Round) -> dict[str, int]:
    decided = in_force([closed.id])
    items = {
        item.id: item
        for item in session.scalars(
            select(Item).join(RoundItem, RoundItem.item_id == Item.id).where(RoundItem.round_id == closed.id)
        )
    }
    for (_, item_id), decision in decided.items():
        if name := ITEM_MOVES.get(Verdict(decision.outcome)):
            items[item_id].state = ItemState(move(name, items[item_id].state))
    return dict(Counter(decision.outcome for decision in decided.values()))


def _deciding(study: Study, round_id: int) -> Round:
    closed = rounds.locked(round_id)
    _same_study(study, closed)
    if closed.state is not RoundState.CLOSED:
        raise DomainError("round.wrong_state", move="decide", state=str(closed.state))
    return closed


def _same_study(study: Study, closed: Round) -> None:
    if closed.study_id != study.id:
        raise NotFound("round.not_found")


def _add(
    closed: Round, item_id: int, verdict: Verdict, outcome: Verdict, reason: str, by: Account, now: datetime
) -> None:
    session.add(
        Decision(
            round_id=closed.id,
            item_id=item_id,
            verdict=verdict.value,
            outcome=outcome.value,
            reason=reason,
            decided_by_id=by.id,
            decided_at=now,
        )
    )
