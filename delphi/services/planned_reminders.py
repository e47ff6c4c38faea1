"""Reminders planned for stated times. Whom one goes to is looked up when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.schedule import accepts_answers, check_reminder
from delphi.domain.states import RoundState
from delphi.models import Account, PlannedReminder, Round, Study
from delphi.services import history, reminders

MOST = 20  # that wait, of one round
BEFORE_THE_END = (RoundState.DRAFT, RoundState.SCHEDULED, RoundState.OPEN)

_waits = and_(PlannedReminder.done_at.is_(None), PlannedReminder.cancelled_at.is_(None))


def of_round(asked: Round) -> list[PlannedReminder]:
    query = select(PlannedReminder).where(PlannedReminder.round_id == asked.id)
    return list(session.scalars(query.order_by(PlannedReminder.due_at, PlannedReminder.id)))


def plan(study: Study, asked: Round, times: Iterable[datetime], *, by: Account, now: datetime) -> int:
    """One for each time that has none yet; how many are new. The times stay when the round is extended."""
    session.refresh(asked, with_for_update=True)
    if asked.state not in BEFORE_THE_END:
        raise DomainError("round.wrong_state", move="remind", state=str(asked.state))
    waiting = session.scalars(select(PlannedReminder.due_at).where(_of(asked), _waits)).all()
    new = sorted(set(times) - set(waiting))
    for due_at in new:
        check_reminder(due_at, asked.opened_at or asked.opens_at, asked.closes_at, now)
    if len(waiting) + len(new) > MOST:
        raise DomainError("reminder.too_many", most=MOST)
    session.add_all(
        PlannedReminder(round_id=asked.id, due_at=due_at, planned_by_id=by.id, created_at=now)
        for due_at in new
    )
    session.flush()
    if new:
        history.record(study.id, "reminder.planned", by, now=now, number=asked.number, count=len(new))
    return len(new)


def get(study: Study, reminder_id: int) -> tuple[Round, PlannedReminder]:
    query = select(Round, PlannedReminder).join(PlannedReminder, PlannedReminder.round_id == Round.id)
    found = session.execute(
        query.where(Round.study_id == study.id, PlannedReminder.id == reminder_id)
    ).first()
    if found is None:
        raise NotFound("reminder.not_found")
    return found[0], found[1]


def cancel(study: Study, asked: Round, planned: PlannedReminder, *, by: Account, now: datetime) -> bool:
    """False when it was sent or cancelled already."""
    cancelled = _cancel(and_(PlannedReminder.id == planned.id, _waits), now)
    if cancelled:
        history.record(study.id, "reminder.cancelled", by, now=now, number=asked.number)
    return bool(cancelled)


def cancel_waiting(closed: Round, now: datetime) -> int:
    """A round that takes no answers is not reminded of; how many waited."""
    return _cancel(and_(_of(closed), _waits), now)


def send_next(now: datetime) -> bool:
    """The next one that is due, by this worker alone; whether there was one. Committed before the next is asked for."""
    claimed = _claim(now)
    if claimed is None:
        return False
    asked, study = session.execute(
        select(Round, Study)
        .join(Study, Study.id == Round.study_id)
        .where(Round.id == claimed.round_id)
        .execution_options(populate_existing=True)
    ).one()
    if accepts_answers(asked.state, asked.closes_at, now):
        claimed.count = reminders.send_planned(study, asked, now)
    else:  # not open yet, or past its end
        claimed.done_at, claimed.cancelled_at = None, now
    session.flush()
    return True


def _claim(now: datetime) -> PlannedReminder | None:
    due = and_(_waits, PlannedReminder.due_at <= now)
    in_turn = select(PlannedReminder.id).where(due).order_by(PlannedReminder.due_at, PlannedReminder.id)
    next_one = in_turn.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    taken = (
        update(PlannedReminder)
        .where(PlannedReminder.id == next_one, due)
        .values(done_at=now)
        .returning(PlannedReminder.id)
        .execution_options(synchronize_session=False)
    )
    found = session.scalar(taken)
    return session.get(PlannedReminder, found, populate_existing=True) if found else None


def _of(asked: Round) -> ColumnElement[bool]:
    return PlannedReminder.round_id == asked.id


def _cancel(which: ColumnElement[bool], now: datetime) -> int:
    cancelled = update(PlannedReminder).where(which).values(cancelled_at=now)
    return session.execute(cancelled).rowcount  # type: ignore[attr-defined, no-any-return]
