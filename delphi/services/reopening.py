"""Taking back the closing of a round that closed by mistake, with the reason on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.schedule import check_times
from delphi.domain.states import ItemState, RoundState, move
from delphi.models import Account, Analysis, Item, Round, RoundItem, StoredVerdict, Study
from delphi.services import decisions, history, outbox, rounds, studies

LONGEST_REASON = 2000


def reopen(
    study: Study, round_id: int, closes_at: datetime, reason: str, *, by: Account, now: datetime
) -> Round:
    """Answers are taken again until `closes_at`; what was computed is thrown away and comes anew on closing.

    Decisions made meanwhile stay on record as undone. Invitations that waited when it closed leave after all.
    """
    reopened = rounds.locked(round_id)
    studies.lock_for_change(study)
    state = RoundState(move("round.reopen", reopened.state))
    reason = reason.strip()
    if not reason:
        raise DomainError("round.reason_missing")
    if len(reason) > LONGEST_REASON:
        raise DomainError("round.reason_too_long", most=LONGEST_REASON)
    check_times(None, closes_at, now)
    _check_items(reopened)
    closed_at = reopened.closed_at
    reopened.state, reopened.closes_at, reopened.closed_at = state, closes_at, None
    undone = _undo_decisions(reopened, reason, by, now)
    for computed in (StoredVerdict, Analysis):
        session.execute(delete(computed).where(computed.round_id == reopened.id))
    outbox.take_up_invitations(reopened, now)
    facts = {"closed": closed_at.isoformat() if closed_at else "", "to": closes_at.isoformat()}
    history.record(
        study.id,
        "round.reopened",
        by,
        now=now,
        number=reopened.number,
        reason=reason,
        undone=undone,
        **facts,
    )
    return reopened


def _check_items(reopened: Round) -> None:
    """An item that was merged, split or set aside since cannot be rated again; that is taken back first."""
    gone = session.scalars(
        select(Item.code)
        .join(RoundItem, RoundItem.item_id == Item.id)
        .where(RoundItem.round_id == reopened.id, Item.state != ItemState.IN_PLAY)
        .order_by(Item.position)
    ).all()
    if gone:
        raise DomainError("round.items_moved_on", codes=", ".join(gone))


def _undo_decisions(reopened: Round, reason: str, by: Account, now: datetime) -> int:
    made = decisions.in_force([reopened.id]).values()
    for one in made:
        decisions.take_back(reopened, one, reason, by, now)
    session.flush()
    return len(made)
