"""Planning rounds and changing what a plan says, before it opens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from delphi.db import Translated, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.schedule import check_times
from delphi.domain.states import RoundState, move
from delphi.models import Account, Item, Panel, Round, RoundItem, RoundPanel, Study
from delphi.services import history, studies


@dataclass(frozen=True)
class Plan:
    """What a round asks, of whom and when; times are UTC, `time_zone` is the one they were stated in."""

    item_ids: Collection[int]
    panel_ids: Collection[int]
    time_zone: str
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    instructions: Translated = field(default_factory=dict)


def of_study(study: Study) -> list[Round]:
    return list(session.scalars(select(Round).where(Round.study_id == study.id).order_by(Round.number)))


def get(study: Study, number: int) -> Round:
    query = (
        select(Round)
        .where(Round.study_id == study.id, Round.number == number)
        .options(selectinload(Round.items), selectinload(Round.panels))
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("round.not_found")
    return found


def locked(round_id: int) -> Round:
    """The round, held against anyone else's move until this transaction ends; answers wait or come first."""
    query = (
        select(Round).where(Round.id == round_id).with_for_update().execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def current_open(study_id: int) -> Round | None:
    return session.scalar(select(Round).where(Round.study_id == study_id, Round.state == RoundState.OPEN))


def plan(study: Study, plan: Plan, *, by: Account, now: datetime) -> Round:
    """A new draft round, numbered after the last."""
    studies.refuse_when_concluded(study)
    last = session.scalar(select(func.max(Round.number)).where(Round.study_id == study.id)) or 0
    created = Round(study_id=study.id, number=last + 1, state=RoundState.DRAFT, time_zone=plan.time_zone)
    session.add(created)
    _write(study, created, plan)
    session.flush()
    history.record(study.id, "round.planned", by=by, now=now, number=created.number)
    return created


def change(study: Study, changed: Round, plan: Plan, *, by: Account, now: datetime) -> None:
    """Another plan for a round that has not opened; a scheduled one goes back to draft first."""
    if changed.state is not RoundState.DRAFT:
        raise DomainError("round.wrong_state", move="change", state=str(changed.state))
    _write(study, changed, plan)
    history.record(study.id, "round.changed", by=by, now=now, number=changed.number)


def discard(study: Study, unwanted: Round, *, by: Account, now: datetime) -> None:
    """Throw away a plan nobody has seen. An opened round stays for ever."""
    if unwanted.state is not RoundState.DRAFT:
        raise DomainError("round.wrong_state", move="discard", state=str(unwanted.state))
    session.delete(unwanted)
    history.record(study.id, "round.discarded", by=by, now=now, number=unwanted.number)


def schedule(study: Study, planned: Round, *, by: Account, now: datetime) -> None:
    """Let the worker open the round at its opening time."""
    if planned.opens_at is None:
        raise DomainError("round.no_opening_time")
    if planned.opens_at <= now:
        raise DomainError("round.opens_in_past")
    check_times(planned.opens_at, planned.closes_at, now)
    planned.state = RoundState(move("round.schedule", planned.state))
    history.record(study.id, "round.scheduled", by=by, now=now, number=planned.number)


def unschedule(study: Study, planned: Round, *, by: Account, now: datetime) -> None:
    planned.state = RoundState(move("round.unschedule", planned.state))
    history.record(study.id, "round.unscheduled", by=by, now=now, number=planned.number)


def _write(study: Study, target: Round, plan: Plan) -> None:
    items = _owned(study, Item, plan.item_ids)
    panels = _owned(study, Panel, plan.panel_ids)
    target.instructions = dict(plan.instructions)
    target.opens_at, target.closes_at, target.time_zone = plan.opens_at, plan.closes_at, plan.time_zone
    kept = {row.item_id: row for row in target.items}
    target.items = [
        kept.get(item_id) or RoundItem(item_id=item_id)
        for item_id in sorted(items, key=lambda one: (items[one], one))
    ]
    for position, row in enumerate(target.items):
        row.position = position
    held = {row.panel_id: row for row in target.panels}
    target.panels = [held.get(panel_id) or RoundPanel(panel_id=panel_id) for panel_id in sorted(panels)]


def _owned(study: Study, model: type[Item] | type[Panel], ids: Collection[int]) -> dict[int, int]:
    """The positions of those of the ids that are this study's; anything else is refused."""
    query = select(model.id, model.position).where(model.study_id == study.id, model.id.in_(ids))
    found = dict(session.execute(query).all())
    if missing := set(ids) - set(found):
        raise DomainError(f"round.unknown_{model.__tablename__}", count=len(missing))
    return found
