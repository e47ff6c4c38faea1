"""Reading experts: the list, and one with everything that happened. Contacts only where asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.states import ExpertState, RoundState
from delphi.domain.texts import plain
from delphi.models import (
    Contact,
    Expert,
    Link,
    Message,
    Panel,
    Participation,
    ParticipationPanel,
    Round,
    Study,
)
from delphi.models.message import MessageState
from delphi.services import panels as panels_service


@dataclass(frozen=True)
class Listed:
    """An expert as one line; `contact` only for those who may see it."""

    expert: Expert
    panels: Sequence[Panel]
    contact: Contact | None
    asked: int
    done: int


class PanelCount(NamedTuple):
    """How many experts a panel has, and by state."""

    panel: Panel
    total: int
    states: Counter[ExpertState]


class RoundsOf(NamedTuple):
    """In how many rounds that have opened an expert was asked, and has submitted."""

    asked: int
    done: int


class Turn(NamedTuple):
    """An expert's part in one round, with the panels held then."""

    number: int
    state: RoundState
    submitted_at: datetime | None
    panels: Sequence[str]


class Sent(NamedTuple):
    """A message and the number of the round it is about."""

    message: Message
    number: int | None


def of_study(study: Study, *, contacts: bool) -> list[Listed]:
    """Everyone: by name for those who see names, by pseudonym for the others, never in the order of entry."""
    query = select(Expert).where(Expert.study_id == study.id, Expert.detached.is_(False))
    query = query.options(selectinload(Expert.panels))
    who = _contacts(study) if contacts else {}
    known, counted = panels_service.list_of(study), _rounds_of(study)
    listed = [
        Listed(expert, _held(expert, known), who.get(expert.id), *counted.get(expert.id, RoundsOf(0, 0)))
        for expert in session.scalars(query)
    ]
    return sorted(listed, key=_order)


def filtered(listed: Iterable[Listed], *, panel: str = "", state: str = "", search: str = "") -> list[Listed]:
    """`panel` by code; `search` looks in what the list holds, so not in names where there are none."""
    return [
        one
        for one in listed
        if (not panel or panel in {held.code for held in one.panels})
        and (not state or one.expert.state == state)
        and plain(search).strip() in _searchable(one)
    ]


def counts(listed: Iterable[Listed], known: Iterable[Panel]) -> list[PanelCount]:
    """For each panel, those in it; someone in two panels counts in both."""
    everyone = list(listed)
    found = []
    for panel in known:
        states = Counter(one.expert.state for one in everyone if panel in one.panels)
        found.append(PanelCount(panel, states.total(), states))
    return found


class Reached(NamedTuple):
    """Whoever has a contact, with the latest message that left, was refused or waits."""

    expert: Expert
    contact: Contact
    message: Message | None


def reached(study: Study) -> list[Reached]:
    """Every contact by name, and whether the last message got through. Only for those who may see contacts."""
    latest = (
        select(func.max(Message.id))
        .where(Message.study_id == study.id, Message.expert_id.is_not(None))
        .where(Message.state != MessageState.CANCELLED)
        .group_by(Message.expert_id)
    )
    query = (
        select(Expert, Contact, Message)
        .join(Contact, Contact.expert_id == Expert.id)
        .outerjoin(Message, and_(Message.expert_id == Expert.id, Message.id.in_(latest)))
        .where(Expert.study_id == study.id)
    )
    found = [Reached(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (plain(one.contact.name or one.contact.email), one.expert.code))


def found(everyone: Iterable[Reached], *, search: str = "", delivery: str = "") -> list[Reached]:
    """`search` in name, address, telephone and code; `delivery` is a state of the latest message."""
    wanted = plain(search).strip()
    return [
        one
        for one in everyone
        if wanted in plain(f"{one.contact.name} {one.contact.email} {one.contact.phone} {one.expert.code}")
        and (not delivery or (one.message is not None and one.message.state == delivery))
    ]


def turns(expert: Expert) -> list[Turn]:
    """The rounds the expert was asked in, the latest first."""
    query = (
        select(Participation.id, Round.number, Round.state, Participation.submitted_at)
        .join(Round, Round.id == Participation.round_id)
        .where(Participation.expert_id == expert.id)
        .order_by(Round.number.desc())
    )
    rows = session.execute(query).all()
    held = _held_then([row[0] for row in rows])
    return [Turn(number, state, submitted, held.get(key, ())) for key, number, state, submitted in rows]


def messages(expert: Expert) -> list[Sent]:
    """Everything that was put in the outbox for the expert, the latest first."""
    query = (
        select(Message, Round.number)
        .outerjoin(Round, Round.id == Message.round_id)
        .where(Message.expert_id == expert.id)
        .order_by(Message.id.desc())
    )
    return [Sent(message, number) for message, number in session.execute(query)]


def valid_links(expert: Expert) -> int:
    """How many personal links would let the expert in now."""
    query = select(func.count()).where(Link.expert_id == expert.id, Link.revoked_at.is_(None))
    return session.scalar(query) or 0


def _contacts(study: Study) -> dict[int, Contact]:
    query = select(Contact).where(Contact.study_id == study.id)
    return {contact.expert_id: contact for contact in session.scalars(query)}


def _held(expert: Expert, known: Sequence[Panel]) -> list[Panel]:
    held = {row.panel_id for row in expert.panels}
    return [panel for panel in known if panel.id in held]


def _order(one: Listed) -> tuple[str, str]:
    named = plain(one.contact.name or one.contact.email) if one.contact else ""
    return named, one.expert.code


def _searchable(one: Listed) -> str:
    known = (one.contact.name, one.contact.email) if one.contact else ()
    return plain("\n".join((one.expert.code, *known)))


def _rounds_of(study: Study) -> dict[int, RoundsOf]:
    query = (
        select(Participation.expert_id, func.count(), func.count(Participation.submitted_at))
        .join(Round, Round.id == Participation.round_id)
        .where(Round.study_id == study.id)
        .group_by(Participation.expert_id)
    )
    return {expert_id: RoundsOf(asked, done) for expert_id, asked, done in session.execute(query)}


def _held_then(participation_ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(ParticipationPanel.participation_id, Panel.code)
        .join(Panel, Panel.id == ParticipationPanel.panel_id)
        .where(ParticipationPanel.participation_id.in_(participation_ids))
        .order_by(Panel.position, Panel.id)
    )
    held: dict[int, list[str]] = {}
    for participation_id, code in session.execute(query):
        held.setdefault(participation_id, []).append(code)
    return held
