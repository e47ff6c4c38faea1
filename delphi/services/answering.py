"""What an expert is asked, and whether an answer may be given now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from delphi.db import session
from delphi.domain import content_notes
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.messages import MessageKind
from delphi.domain.pace import minutes
from delphi.domain.protocols import StudyProtocol
from delphi.domain.schedule import accepts_answers
from delphi.domain.sections import Layout, Section, Task, Texts, arrange
from delphi.domain.states import ExpertState, RoundState, StudyState
from delphi.models import (
    Domain,
    Expert,
    Item,
    ItemPanel,
    Participation,
    ParticipationPanel,
    Protocol,
    Rating,
    Round,
    RoundItem,
)
from delphi.services import keeping, outbox, pace, presentations, protocols
from delphi.services.consents import has_agreed
from delphi.services.links import Visit


class Phase(StrEnum):
    """What a study has for an expert at the moment."""

    OPEN = "open"
    NOT_ASKED = "not_asked"  # a round is open, for other panels
    SCHEDULED = "scheduled"
    CLOSED = "closed"
    WAITING = "waiting"  # no round yet
    CONCLUDED = "concluded"


@dataclass(frozen=True)
class Standing:
    """The round that matters to an expert now; `participation` is None when they are not asked in it."""

    phase: Phase
    round: Round | None = None
    participation: Participation | None = None
    protocol: Protocol | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything one expert is asked in a round, and how far they are."""

    round: Round
    participation: Participation
    protocol: StudyProtocol
    sections: Sequence[Section]
    content_notes: Mapping[int, Sequence[Texts]]  # by section
    seconds: float  # an answer takes

    @property
    def tasks(self) -> list[Task]:
        return [entry.task for section in self.sections for entry in section.entries]

    @property
    def done(self) -> int:
        return sum(task.done for task in self.tasks)

    @property
    def minutes(self) -> int:
        """What is left, rounded up."""
        return minutes(sum(task.criteria - task.answered for task in self.tasks), self.seconds)


@dataclass(frozen=True)
class Asked:
    """Items as this expert is asked them in an open round, with the wording of each."""

    round: Round
    participation_id: int
    wordings: Mapping[int, int]
    protocol: StudyProtocol

    def wording_of(self, item_id: int) -> int:
        if item_id not in self.wordings:
            raise DomainError("rating.not_asked")
        return self.wordings[item_id]


def standing(visit: Visit, now: datetime) -> Standing:
    """Where the study is for this expert."""
    if visit.study.state is StudyState.CONCLUDED:
        return Standing(Phase.CONCLUDED)
    rows = session.execute(_rounds(visit).order_by(Round.number)).all()
    for row in rows:
        if accepts_answers(row[0].state, row[0].closes_at, now):
            return Standing(Phase.OPEN if row[1] else Phase.NOT_ASKED, *row)
    for row in rows:
        if row[0].state is RoundState.SCHEDULED:
            return Standing(Phase.SCHEDULED, *row)
    return Standing(Phase.CLOSED, *rows[-1]) if rows else Standing(Phase.WAITING)


def _rounds(visit: Visit) -> Select[Round, Participation, Protocol]:
    return (
        select(Round, Participation, Protocol)
        .outerjoin(Participation, mine(visit))
        .outerjoin(Protocol, Protocol.id == Round.protocol_id)
        .where(Round.study_id == visit.study.id, Round.state != RoundState.DRAFT)
    )


def sheet(visit: Visit, standing: Standing) -> Sheet:
    """The whole task list of the round that matters now."""
    if standing.round is None or standing.participation is None or standing.protocol is None:
        raise DomainError("round.not_open")
    protocol = protocols.parsed(standing.protocol)
    tasks = _tasks(visit, standing.round.id, standing.participation.id, len(protocol.rules.criteria))
    nodes = list(session.scalars(select(Domain).where(Domain.study_id == visit.study.id)))
    sections = arrange(tasks, nodes, _layout(visit, standing.participation))
    return Sheet(
        standing.round,
        standing.participation,
        protocol,
        sections,
        content_notes.by_section(sections, nodes),
        pace.of(visit.study),
    )


def _layout(visit: Visit, participation: Participation) -> Layout:
    chosen = presentations.of(visit.study)
    return Layout(chosen.item_order, participation.seed, chosen.page_size)


def sheet_of(visit: Visit, round_id: int) -> Sheet:
    """The whole task list of one round, also after it has closed."""
    row = session.execute(_rounds(visit).where(Round.id == round_id)).first()
    if row is None or row[1] is None:
        raise NotFound("round.not_found")
    return sheet(visit, Standing(Phase.CLOSED, *row))


def _tasks(visit: Visit, round_id: int, participation_id: int, criteria: int) -> list[Task]:
    answered = (
        select(func.count())
        .where(Rating.round_id == round_id, Rating.expert_id == visit.expert.id, Rating.item_id == Item.id)
        .where(keeping.given())
        .scalar_subquery()
    )
    rows = session.execute(
        select(RoundItem, Item.domain_id, answered)
        .join(Item, Item.id == RoundItem.item_id)
        .where(RoundItem.round_id == round_id, is_for(participation_id))
    )
    return [
        Task(row.item_id, place, row.position, row.wording_id or 0, row.previous_round_id, count, criteria)
        for row, place, count in rows
    ]


def mine(visit: Visit) -> ColumnElement[bool]:
    return and_(Participation.round_id == Round.id, Participation.expert_id == visit.expert.id)


def is_for(participation_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """SQL for: this item is for every panel, or for one the participant was in when the round opened."""
    of_item = ItemPanel.item_id == Item.id
    held = and_(
        ParticipationPanel.panel_id == ItemPanel.panel_id,
        ParticipationPanel.participation_id == participation_id,
    )
    return or_(~exists().where(of_item), exists().where(of_item, held))


def asked(visit: Visit, round_id: int, items: Collection[int], now: datetime) -> Asked:
    """Those of the items that this expert may answer now. Until the commit no round closes and no expert leaves."""
    rows = session.execute(
        select(
            Round,
            Participation.id,
            RoundItem.item_id,
            RoundItem.wording_id,
            Protocol,
            has_agreed(visit),
            Expert,
        )
        .select_from(Round)
        .join(Expert, Expert.id == visit.expert.id)
        .outerjoin(Participation, mine(visit))
        .outerjoin(Item, and_(Item.id.in_(items), is_for(Participation.id)))
        .outerjoin(RoundItem, and_(RoundItem.round_id == Round.id, RoundItem.item_id == Item.id))
        .outerjoin(Protocol, Protocol.id == Round.protocol_id)
        .where(Round.id == round_id, Round.study_id == visit.study.id)
        .with_for_update(read=True, of=(Round, Expert))
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        raise DomainError("rating.not_asked")
    found, participation_id, _item_id, _wording_id, protocol, agreed, _expert = rows[0]
    _check_round(found, now)
    _check_consent(visit, agreed)
    if participation_id is None or protocol is None:
        raise DomainError("rating.not_asked")
    wordings = {row.item_id: row.wording_id for row in rows if row.wording_id is not None}
    return Asked(found, participation_id, wordings, protocols.parsed(protocol))


def submit(visit: Visit, round_id: int, now: datetime) -> None:
    """Say "I am done"; answers can still be changed until the round closes."""
    row = session.execute(
        select(Round, Participation, has_agreed(visit), Expert)
        .select_from(Round)
        .join(Participation, mine(visit))
        .join(Expert, Expert.id == Participation.expert_id)
        .where(Round.id == round_id, Round.study_id == visit.study.id)
        .with_for_update(read=True, of=(Round, Expert))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise DomainError("rating.not_asked")
    _check_round(row[0], now)
    _check_consent(visit, row[2])
    row[1].submitted_at = now
    session.flush()
    once = f"thanks-{round_id}-expert-{visit.expert.id}"
    outbox.enqueue(MessageKind.THANK_YOU, once=once, now=now, expert=visit.expert, round=row[0])


def _check_round(found: Round, now: datetime) -> None:
    if not accepts_answers(found.state, found.closes_at, now):
        raise DomainError("round.not_open")


def _check_consent(visit: Visit, agreed: bool) -> None:
    if visit.expert.state is ExpertState.WITHDRAWN:  # in another tab, a moment ago
        raise DomainError("link.session_ended")
    if not agreed or visit.expert.state is not ExpertState.ACTIVE:
        raise DomainError("consent.missing")
