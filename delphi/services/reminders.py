"""Reminders: who would get one now and in which words, sent when asked for; and the end of a round announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, select

from delphi.db import session
from delphi.domain import sending
from delphi.domain.errors import DomainError
from delphi.domain.messages import REMINDERS, WITH_CALENDAR, MessageKind, reminder_for
from delphi.domain.schedule import accepts_answers
from delphi.domain.states import IN_STUDY, RoundState
from delphi.models import Account, Expert, Message, Participation, Round, Study
from delphi.models.message import MessageState
from delphi.services import history, outbox, presentations, progress
from delphi.services.progress import ExpertProgress


class LeftOut(StrEnum):
    """Why somebody who is not done gets no reminder now."""

    STOPPED = "stopped"  # asked for no more reminders
    LATELY = "lately"  # was written to about this round less than a day ago
    ENOUGH = "enough"  # had as many messages in seven days as the study allows


@dataclass(frozen=True)
class Reminding:
    """Who would be reminded now, by the words that fit, and how many would not."""

    experts: dict[MessageKind, list[Expert]]
    left_out: Counter[LeftOut]
    leave_at: datetime  # now, or when the quiet hours are over

    reasons: Mapping[int, LeftOut]  # the same by expert

    @property
    def count(self) -> int:
        return sum(map(len, self.experts.values()))

    @property
    def expert_ids(self) -> set[int]:
        return {one.id for experts in self.experts.values() for one in experts}

    def of(self, expert_ids: Collection[int]) -> Reminding:
        """Those of them among these experts."""
        kept = {
            kind: [one for one in experts if one.id in expert_ids] for kind, experts in self.experts.items()
        }
        return replace(self, experts=kept)


def due(
    study: Study, asked: Round, now: datetime, stands: Sequence[ExpertProgress] | None = None
) -> Reminding:
    """Everyone not done who is still in the study and may be written to; `stands` where they are known already."""
    chosen: dict[MessageKind, list[Expert]] = {kind: [] for kind in REMINDERS}
    left_out: Counter[LeftOut] = Counter()
    presentation = presentations.of(study)
    leave_at = presentations.quiet_hours(study, presentation).over_at(now)
    if not accepts_answers(asked.state, asked.closes_at, now):
        return Reminding(chosen, left_out, leave_at, {})
    waiting = _not_done(asked, stands)
    reasons = _reasons(presentation.weekly_mails, asked, [expert for expert, _stands in waiting], now)
    for expert, at in waiting:
        if expert.id in reasons:
            left_out[reasons[expert.id]] += 1
        else:
            chosen[reminder_for(opened=at.opened, answered=at.answered)].append(expert)
    return Reminding(chosen, left_out, leave_at, reasons)


def send(
    study: Study, asked: Round, *, by: Account, now: datetime, only: Collection[int] | None = None
) -> int:
    """One reminder to each, at most once a day however often this is asked; how many there are.

    `only`: to those of these experts who are still to be reminded.
    """
    reminding = due(study, asked, now)
    if only is not None:
        reminding = reminding.of(only)
    if not reminding.count:
        raise DomainError("message.nobody_to_remind")
    return _queue(study, asked, reminding, by, now)


def send_planned(study: Study, asked: Round, now: datetime) -> int:
    """The same when the clock asks for it; nobody to remind is no refusal then."""
    reminding = due(study, asked, now)
    return _queue(study, asked, reminding, None, now) if reminding.count else 0


def _queue(study: Study, asked: Round, reminding: Reminding, by: Account | None, now: datetime) -> int:
    cause = _cause(study, asked, now)
    sent = sum(
        outbox.queue_each(kind, experts, cause, now, round=asked)
        for kind, experts in reminding.experts.items()
    )
    history.record(study.id, "round.reminded", by, now=now, number=asked.number, count=sent)
    return sent


def announce_deadlines(now: datetime) -> int:
    """A notice to everyone not done in each round that closes soon, once for each closing time."""
    running = session.execute(
        select(Round, Study)
        .join(Study, Study.id == Round.study_id)
        .where(Round.state == RoundState.OPEN, Round.closes_at > now)
    )
    return sum(_announce(study, asked, now) for asked, study in running.all())


def _announce(study: Study, asked: Round, now: datetime) -> int:
    days = presentations.of(study).deadline_notice
    opened_at, closes_at = asked.opened_at, asked.closes_at
    if not opened_at or not closes_at or not sending.notice_due(opened_at, closes_at, days, now):
        return 0
    cause = f"deadline-{asked.id}-{closes_at:%Y%m%dT%H%M}"
    if session.scalar(select(exists().where(Message.once.startswith(f"{cause}-")))):
        return 0
    experts = [expert for expert, _stands in _not_done(asked) if expert.reminders]
    return outbox.queue_each(MessageKind.DEADLINE_NOTICE, experts, cause, now, round=asked)


def _not_done(
    asked: Round, stands: Sequence[ExpertProgress] | None = None
) -> list[tuple[Expert, ExpertProgress]]:
    experts = session.scalars(
        select(Expert)
        .join(Participation, Participation.expert_id == Expert.id)
        .where(Participation.round_id == asked.id, Expert.state.in_(IN_STUDY))
    )
    by_id = {expert.id: expert for expert in experts}
    known = progress.by_expert(asked) if stands is None else stands
    in_order = sorted(known, key=lambda one: one.expert_id)
    return [(by_id[one.expert_id], one) for one in in_order if one.expert_id in by_id and not one.done]


def _reasons(most: int, asked: Round, experts: Collection[Expert], now: datetime) -> dict[int, LeftOut]:
    """Why some of them get none; `most` are allowed in a week."""
    capped = outbox.capped_lately([expert.id for expert in experts], now)
    lately = _written_to(asked, now)
    reasons: dict[int, LeftOut] = {}
    for expert in experts:
        if not expert.reminders:
            reasons[expert.id] = LeftOut.STOPPED
        elif expert.id in lately:
            reasons[expert.id] = LeftOut.LATELY
        elif sending.room_at(capped.get(expert.id, ()), most, now) != now:
            reasons[expert.id] = LeftOut.ENOUGH
    return reasons


def _written_to(asked: Round, now: datetime) -> set[int | None]:
    """Those who were invited, reminded or told of the end since yesterday at this time."""
    left = Message.state.not_in((MessageState.FAILED, MessageState.CANCELLED))
    about = and_(Message.round_id == asked.id, Message.kind.in_(WITH_CALENDAR), left)
    recent = Message.created_at > now - sending.A_DAY
    return set(session.scalars(select(Message.expert_id).where(about, recent)))


def _cause(study: Study, asked: Round, now: datetime) -> str:
    return f"reminder-{asked.id}-{now.astimezone(ZoneInfo(study.time_zone)):%Y%m%d}"
