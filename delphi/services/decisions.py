"""What the facilitator does with verdicts, and finishing a round: items move, feedback is frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from delphi.db import session
from delphi.domain.decisions import ITEM_MOVES, check_override, outcome_when_followed
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ItemState, RoundState, move
from delphi.models import Account, Decision, Item, Round, RoundItem, StoredVerdict, Study
from delphi.scoring.rules import Verdict
from delphi.services import feedback, history, rounds, verdicts


def in_force(round_ids: Collection[int]) -> dict[tuple[int, int], Decision]:
    """(round, item) -> the latest decision, unless it was undone."""
    return {(row.round_id, row.item_id): row for row in session.scalars(_in_force(round_ids))}


def _in_force(round_ids: Collection[int]) -> Select[Decision]:
    latest = (
        select(func.max(Decision.id))
        .where(Decision.round_id.in_(round_ids))
        .group_by(Decision.round_id, Decision.item_id)
    )
    return select(Decision).where(Decision.id.in_(latest), Decision.undone.is_(False))


def confirm(
    study: Study,
    round_id: int,
    item_ids: Iterable[int],
    *,
    by: Account,
    now: datetime,
    judged: datetime | None = None,
) -> int:
    """Follow the rules for these items; those decided already are left as they are. Returns how many were decided.

    `judged`: when the latest of the verdicts that were seen was given; None: whatever they are now.
    """
    closed = deciding(study, round_id)
    found, decided = verdicts.of_round(closed), in_force([closed.id])
    if judged and any(stored.computed_at > judged for stored in found.values()):
        raise DomainError("decision.judged_anew")
    made = []
    for item_id in dict.fromkeys(item_ids):
        if item_id not in found:
            raise NotFound("item.not_found")
        if (closed.id, item_id) not in decided:
            verdict = Verdict(found[item_id].verdict)
            made.append(_add(closed, item_id, verdict, outcome_when_followed(verdict), "", by, now))
    if made:
        session.flush()
        facts = {"count": len(made), "decisions": [made[0].id, made[-1].id]}
        history.record(study.id, "decision.confirmed", by=by, now=now, number=closed.number, **facts)
    return len(made)


@dataclass(frozen=True)
class Seen:
    """What somebody had in view who decides: the decision in force (0: none), and when the verdict was given."""

    decision: int
    judged: datetime | None = None


def decide(
    study: Study,
    round_id: int,
    item_id: int,
    outcome: Verdict,
    reason: str,
    *,
    by: Account,
    now: datetime,
    seen: Seen | None = None,
) -> None:
    """Decide one item; going against the rules needs a reason, and both stay on record.

    Refused when what was `seen` is no longer so; saying once more what is in force adds nothing.
    """
    closed = deciding(study, round_id)
    stored = session.get(StoredVerdict, (closed.id, item_id), populate_existing=True)
    if stored is None:
        raise NotFound("item.not_found")
    verdict, reason = Verdict(stored.verdict), reason.strip()
    check_override(verdict, outcome, reason)
    before = in_force([closed.id]).get((closed.id, item_id))
    if before and (before.outcome, before.reason, before.decided_by_id) == (outcome.value, reason, by.id):
        return
    if seen:
        _check_seen(seen, stored, before)
    _add(closed, item_id, verdict, outcome, reason, by, now)
    code = session.scalar(select(Item.code).where(Item.id == item_id))
    facts = {"item": code, "verdict": verdict.value, "outcome": outcome.value}
    history.record(study.id, "decision.made", by=by, now=now, number=closed.number, **facts)


def _check_seen(seen: Seen, stored: StoredVerdict, before: Decision | None) -> None:
    if seen.decision != (before.id if before else 0):
        raise DomainError("decision.made_meanwhile")
    if seen.judged and stored.computed_at > seen.judged:
        raise DomainError("decision.judged_anew")


def undecided(closed: Round) -> list[int]:
    """Items of the round without a decision."""
    decided = _in_force([closed.id]).with_only_columns(Decision.item_id)
    asked = select(RoundItem.item_id).where(RoundItem.round_id == closed.id)
    return list(session.scalars(asked.where(RoundItem.item_id.not_in(decided))))


def finish(study: Study, round_id: int, *, by: Account, now: datetime) -> Round:
    """Every item is decided: items take their new state, and what experts will see is frozen."""
    closed = held(study, round_id)
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
        # An item that was merged, split or set aside since the round closed has gone its own way.
        name = ITEM_MOVES.get(Verdict(decision.outcome))
        if name and items[item_id].state is ItemState.IN_PLAY:
            items[item_id].state = ItemState(move(name, items[item_id].state))
    return dict(Counter(decision.outcome for decision in decided.values()))


def deciding(study: Study, round_id: int) -> Round:
    """The round, held: it must be closed and not decided yet."""
    closed = held(study, round_id)
    if closed.state is not RoundState.CLOSED:
        raise DomainError("round.wrong_state", move="decide", state=str(closed.state))
    return closed


def held(study: Study, round_id: int) -> Round:
    """The round of this study, against anyone else's move."""
    closed = rounds.locked(round_id)
    if closed.study_id != study.id:
        raise NotFound("round.not_found")
    return closed


def take_back(closed: Round, made: Decision, reason: str, by: Account, now: datetime) -> None:
    """One more row of the record: from now on nothing is decided on the item."""
    verdict, outcome = Verdict(made.verdict), Verdict(made.outcome)
    _add(closed, made.item_id, verdict, outcome, reason, by, now, undone=True)


def _add(
    closed: Round,
    item_id: int,
    verdict: Verdict,
    outcome: Verdict,
    reason: str,
    by: Account,
    now: datetime,
    *,
    undone: bool = False,
) -> Decision:
    made = Decision(
        round_id=closed.id,
        item_id=item_id,
        verdict=verdict.value,
        outcome=outcome.value,
        reason=reason,
        undone=undone,
        decided_by_id=by.id,
        decided_at=now,
    )
    session.add(made)
    return made
