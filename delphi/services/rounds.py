"""Rounds: planned, then opened, extended and closed, by hand or by the clock through the worker."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import selectinload

from delphi.db import Translated, session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.schedule import RatedIn, check_times, due_move, previous_rounds
from delphi.domain.states import ASKABLE, Invited, ItemState, RoundState, StudyState, move
from delphi.models import (
    Account,
    Expert,
    Item,
    Panel,
    Participation,
    ParticipationPanel,
    Rating,
    Round,
    RoundItem,
    RoundPanel,
    Study,
)
from delphi.services import (
    history,
    invitees,
    outbox,
    planned_reminders,
    protocols,
    readiness,
    studies,
    verdicts,
    wordings,
)

SEEDS = 2**31


@dataclass(frozen=True)
class Plan:
    """What a round asks, of whom and when; times are UTC, `time_zone` is the one they were stated in."""

    item_ids: Collection[int]
    panel_ids: Collection[int]
    time_zone: str
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    instructions: Translated = field(default_factory=dict)
    invited: Invited = Invited.EVERYONE


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
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("round.not_found")
    return found


def last_closed(study: Study) -> Round | None:
    """The latest round that has verdicts."""
    query = select(Round).where(Round.study_id == study.id, Round.closed_at.is_not(None))
    return session.scalar(query.order_by(Round.number.desc()).limit(1))


def current_open(study_id: int) -> Round | None:
    return session.scalar(select(Round).where(Round.study_id == study_id, Round.state == RoundState.OPEN))


def plan(study: Study, plan: Plan, *, by: Account, now: datetime) -> Round:
    """A new draft round, numbered after the last; one that says the same is the same form sent twice."""
    studies.lock_for_change(study)
    if same := next((one for one in of_study(study) if _is_planned(one, plan)), None):
        return same
    last = session.scalar(select(func.max(Round.number)).where(Round.study_id == study.id)) or 0
    created = Round(study_id=study.id, number=last + 1, state=RoundState.DRAFT, time_zone=plan.time_zone)
    session.add(created)
    _write(study, created, plan)
    session.flush()
    history.record(study.id, "round.planned", by=by, now=now, number=created.number)
    return created


def change(study: Study, changed: Round, plan: Plan, *, by: Account, now: datetime) -> None:
    """Another plan for a round that has not opened; a scheduled one goes back to draft first."""
    _hold(changed)
    if changed.state is not RoundState.DRAFT:
        raise DomainError("round.wrong_state", move="change", state=str(changed.state))
    _write(study, changed, plan)
    history.record(study.id, "round.changed", by=by, now=now, number=changed.number)


def discard(study: Study, unwanted: Round, *, by: Account, now: datetime) -> None:
    """Throw away a plan nobody has seen. An opened round stays for ever."""
    _hold(unwanted)
    if unwanted.state is not RoundState.DRAFT:
        raise DomainError("round.wrong_state", move="discard", state=str(unwanted.state))
    session.delete(unwanted)
    history.record(study.id, "round.discarded", by=by, now=now, number=unwanted.number)


def schedule(study: Study, planned: Round, *, by: Account, now: datetime) -> None:
    """Let the worker open the round at its opening time."""
    _hold(planned)
    if planned.opens_at is None:
        raise DomainError("round.no_opening_time")
    if planned.opens_at <= now:
        raise DomainError("round.opens_in_past")
    check_times(planned.opens_at, planned.closes_at, now)
    planned.state = RoundState(move("round.schedule", planned.state))
    history.record(study.id, "round.scheduled", by=by, now=now, number=planned.number)


def unschedule(study: Study, planned: Round, *, by: Account, now: datetime) -> None:
    _hold(planned)
    planned.state = RoundState(move("round.unschedule", planned.state))
    history.record(study.id, "round.unscheduled", by=by, now=now, number=planned.number)


def open_round(study: Study, round_id: int, *, by: Account | None, now: datetime) -> Round:
    """Fix the wordings, the protocol and who is asked, then queue the invitations: all or nothing."""
    opened = locked(round_id)
    studies.lock(study)  # against another round opening, and against the end of the study
    state, study_state = move("round.open", opened.state), move("study.start", study.state)
    readiness.require(study)
    check_times(None, opened.closes_at, now)
    _check_items(study, opened)
    opened.state, study.state = RoundState(state), StudyState(study_state)
    opened.protocol_id = protocols.current(study).id
    opened.opened_at = now
    _fix_wordings(opened)
    experts = _ask(opened, invitees.of(opened))
    outbox.queue_round_invitations(opened, experts, now=now)
    history.record(study.id, "round.opened", by=by, now=now, number=opened.number, experts=len(experts))
    return opened


def ask_late(open_now: Round, expert: Expert, *, now: datetime) -> bool:
    """Ask an expert who joined after the round opened; False when their panels are not in it."""
    panel_ids = {row.panel_id for row in open_now.panels}
    if open_now.state is not RoundState.OPEN or not any(row.panel_id in panel_ids for row in expert.panels):
        return False
    asked = session.scalar(
        select(Participation.id).where(
            Participation.round_id == open_now.id, Participation.expert_id == expert.id
        )
    )
    if asked is None:
        _ask(open_now, [expert])
        outbox.queue_round_invitations(open_now, [expert], now=now)
    return asked is None


def extend(study: Study, round_id: int, closes_at: datetime, *, by: Account, now: datetime) -> None:
    extended = locked(round_id)
    extended.state = RoundState(move("round.extend", extended.state))
    check_times(None, closes_at, now)
    before = extended.closes_at
    extended.closes_at = closes_at
    facts = {"from": before.isoformat() if before else "", "to": closes_at.isoformat()}
    history.record(study.id, "round.extended", by=by, now=now, number=extended.number, **facts)


def close(study: Study, round_id: int, *, by: Account | None, now: datetime) -> Round:
    """No answer after this; the sealed rules give their verdicts in the same transaction."""
    closed = locked(round_id)
    closed.state = RoundState(move("round.close", closed.state))
    closed.closed_at = now
    session.flush()
    outbox.cancel_asking(closed)
    planned_reminders.cancel_waiting(closed, now)
    verdicts.score(closed, now=now)
    history.record(study.id, "round.closed", by=by, now=now, number=closed.number)
    return closed


def due(now: datetime) -> list[tuple[int, str]]:
    """Rounds the clock wants moved: (round id, "open" or "close")."""
    waiting = session.scalars(select(Round).where(Round.state.in_((RoundState.SCHEDULED, RoundState.OPEN))))
    moves = ((one.id, due_move(one.state, one.opens_at, one.closes_at, now)) for one in waiting)
    return [(round_id, name) for round_id, name in moves if name]


def obey_clock(round_id: int, *, now: datetime) -> None:
    """Make the move that is due, if it still is: another worker or a person may have been faster."""
    waiting = locked(round_id)
    study = session.get_one(Study, waiting.study_id)
    name = due_move(waiting.state, waiting.opens_at, waiting.closes_at, now)
    if name == "open":
        open_round(study, round_id, by=None, now=now)
    elif name == "close":
        close(study, round_id, by=None, now=now)


def put_back(round_id: int, *, code: str, now: datetime) -> None:
    """A scheduled round that could not open returns to draft, with the reason in the history."""
    failed = locked(round_id)
    if failed.state is RoundState.SCHEDULED:
        failed.state = RoundState(move("round.unschedule", failed.state))
        history.record(failed.study_id, "round.not_opened", now=now, number=failed.number, code=code)


def _hold(planned: Round) -> None:
    """Against its opening meanwhile, by the clock or by somebody else; as it is now."""
    locked(planned.id)
    session.expire(planned, ["items", "panels"])


def _write(study: Study, target: Round, plan: Plan) -> None:
    items = _owned(study, Item, plan.item_ids)
    panels = _owned(study, Panel, plan.panel_ids)
    target.instructions, target.invited = dict(plan.instructions), plan.invited
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


def _is_planned(one: Round, plan: Plan) -> bool:
    said = (one.opens_at, one.closes_at, one.time_zone, one.invited, one.instructions)
    return (
        one.state is RoundState.DRAFT
        and said == (plan.opens_at, plan.closes_at, plan.time_zone, plan.invited, dict(plan.instructions))
        and {row.item_id for row in one.items} == set(plan.item_ids)
        and {row.panel_id for row in one.panels} == set(plan.panel_ids)
    )


def _owned(study: Study, model: type[Item] | type[Panel], ids: Collection[int]) -> dict[int, int]:
    """The positions of those of the ids that are this study's; anything else is refused."""
    query = select(model.id, model.position).where(model.study_id == study.id, model.id.in_(ids))
    found = dict(session.execute(query).all())
    if missing := set(ids) - set(found):
        raise DomainError(f"round.unknown_{model.__tablename__}", count=len(missing))
    return found


def _check_items(study: Study, opened: Round) -> None:
    if not opened.items:
        raise DomainError("round.no_items")
    if not opened.panels:
        raise DomainError("round.no_panels")
    if session.scalar(
        select(Round.id).where(
            Round.study_id == study.id, Round.state == RoundState.OPEN, Round.id != opened.id
        )
    ):
        raise DomainError("round.another_open")
    undecided = session.scalar(
        select(Round.number).where(Round.study_id == study.id, Round.state == RoundState.CLOSED)
    )
    if undecided is not None:
        raise DomainError("round.undecided", number=undecided)
    settled = session.scalars(
        select(Item.code)
        .join(RoundItem, RoundItem.item_id == Item.id)
        .where(RoundItem.round_id == opened.id, Item.state.not_in(ASKABLE))
    ).all()
    if settled:
        raise DomainError("round.settled_items", codes=", ".join(settled))


def _fix_wordings(opened: Round) -> None:
    item_ids = [row.item_id for row in opened.items]
    texts = wordings.current(item_ids)
    previous = previous_rounds(_rated(item_ids))
    for row in opened.items:
        row.wording_id = texts[row.item_id].id
        row.previous_round_id = previous.get(row.item_id)
    session.execute(update(Item).where(Item.id.in_(item_ids)).values(state=ItemState.IN_PLAY))


def _rated(item_ids: Sequence[int]) -> Iterable[RatedIn]:
    query = (
        select(Rating.round_id, Rating.item_id, Round.closed_at)
        .join(Round, Round.id == Rating.round_id)
        .where(Rating.item_id.in_(item_ids), Round.closed_at.is_not(None))
        .distinct()
    )
    return (
        RatedIn(round_id, item_id, closed) for round_id, item_id, closed in session.execute(query) if closed
    )


def _ask(opened: Round, experts: Sequence[Expert]) -> Sequence[Expert]:
    """One participation each, with the panels held now, and what the order of its items is drawn from."""
    if not experts:
        raise DomainError("round.no_experts")
    panel_ids = {row.panel_id for row in opened.panels}
    rows = [
        {"round_id": opened.id, "expert_id": expert.id, "seed": secrets.randbelow(SEEDS)}
        for expert in experts
    ]
    made = session.execute(insert(Participation).returning(Participation.id, Participation.expert_id), rows)
    by_expert = {expert_id: participation_id for participation_id, expert_id in made}
    held = [
        {"participation_id": by_expert[expert.id], "panel_id": row.panel_id}
        for expert in experts
        for row in expert.panels
        if row.panel_id in panel_ids
    ]
    session.execute(insert(ParticipationPanel), held)
    return experts
