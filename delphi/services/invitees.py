"""Whom a planned round would ask: everyone of its panels, or only those who answered in the round before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.pace import minutes
from delphi.domain.states import IN_STUDY, Invited
from delphi.models import Expert, ExpertPanel, ItemPanel, Rating, Round, Study
from delphi.services import keeping, pace, protocols


class Numbers(NamedTuple):
    everyone: int
    respondents: int


@dataclass(frozen=True)
class Invitees:
    """By panel id, and all together, in which an expert of two panels counts once.

    `before` is the number of the round whose respondents are counted; None: no round has closed.
    """

    before: int | None
    panels: dict[int, Numbers]
    total: Numbers


def of(planned: Round) -> list[Expert]:
    """The experts whom this round asks when it opens."""
    panel_ids = [row.panel_id for row in planned.panels]
    query = _in_panels(planned.study_id, panel_ids).options(selectinload(Expert.panels))
    before = _before(planned.study_id, planned)
    if planned.invited is Invited.RESPONDENTS and before is not None:
        query = query.where(Expert.id.in_(_answered(before)))
    return list(session.scalars(query))


def count(study: Study, panel_ids: Collection[int], planned: Round | None = None) -> Invitees:
    """How many either way of inviting would ask, of these panels."""
    before = _before(study.id, planned)
    answered = set(session.scalars(_answered(before))) if before else set()
    members: dict[int, set[int]] = defaultdict(set)
    for panel_id, expert_id in session.execute(_members(study.id, panel_ids)):
        members[panel_id].add(expert_id)
    everyone = set().union(*members.values())
    return Invitees(
        before.number if before else None,
        {panel_id: _numbers(members[panel_id], answered) for panel_id in panel_ids},
        _numbers(everyone, answered),
    )


def _numbers(experts: set[int], answered: set[int]) -> Numbers:
    return Numbers(len(experts), len(experts & answered))


def _in_panels(study_id: int, panel_ids: Collection[int]) -> Select[Expert]:
    held = select(ExpertPanel.expert_id).where(ExpertPanel.panel_id.in_(panel_ids))
    return (
        select(Expert)
        .where(Expert.study_id == study_id, Expert.state.in_(IN_STUDY), Expert.id.in_(held))
        .order_by(Expert.id)
    )


def _members(study_id: int, panel_ids: Collection[int]) -> Select[int, int]:
    """Panel id and expert id, once for each panel of an expert."""
    return (
        select(ExpertPanel.panel_id, ExpertPanel.expert_id)
        .join(Expert, Expert.id == ExpertPanel.expert_id)
        .where(Expert.study_id == study_id, Expert.state.in_(IN_STUDY), ExpertPanel.panel_id.in_(panel_ids))
    )


def _before(study_id: int, planned: Round | None) -> Round | None:
    """The last round that has closed, before this one."""
    query = select(Round).where(Round.study_id == study_id, Round.closed_at.is_not(None))
    if planned is not None:
        query = query.where(Round.number < planned.number)
    return session.scalar(query.order_by(Round.number.desc()).limit(1))


def _answered(before: Round) -> Select[int]:
    return select(Rating.expert_id).where(Rating.round_id == before.id, keeping.given()).distinct()


@dataclass(frozen=True)
class Effort:
    """What answering takes: seconds an item, and by panel id how many items and how many minutes."""

    seconds: float
    items: dict[int, int]
    minutes: dict[int, int]


def effort(study: Study, asked: Mapping[int, Collection[int]], panel_ids: Collection[int]) -> Effort:
    """At the pace measured in this study so far; `asked`: by item the panels it is for, none: for all."""
    items = {panel_id: sum(not only or panel_id in only for only in asked.values()) for panel_id in panel_ids}
    latest = protocols.latest(study)
    criteria = len(protocols.parsed(latest).rules.criteria) if latest else 1
    seconds = pace.of(study) * criteria
    return Effort(seconds, items, {panel_id: minutes(count, seconds) for panel_id, count in items.items()})


def limits(planned: Round) -> dict[int, set[int]]:
    """By item of this round the panels it is for; none: for all."""
    found: dict[int, set[int]] = {row.item_id: set() for row in planned.items}
    query = select(ItemPanel.item_id, ItemPanel.panel_id).where(ItemPanel.item_id.in_(found))
    for item_id, panel_id in session.execute(query):
        found[item_id].add(panel_id)
    return found
