"""How a round is going: how many were asked, started and submitted, and how much each expert has answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Subquery, and_, func, select

from delphi.db import session
from delphi.domain.protocols import StudyProtocol
from delphi.domain.standing import Stage, stage
from delphi.domain.states import ExpertState
from delphi.models import (
    Expert,
    ItemPanel,
    Participation,
    ParticipationPanel,
    Rating,
    Round,
    RoundItem,
)
from delphi.services import keeping, protocols


class Totals(NamedTuple):
    asked: int
    started: int
    submitted: int

    @classmethod
    def of(cls, everyone: Collection[ExpertProgress]) -> Totals:
        """The same as `totals`, of those who were read already."""
        return cls(
            len(everyone),
            sum(one.answered > 0 for one in everyone),
            sum(one.submitted for one in everyone),
        )


def totals(asked: Round) -> Totals:
    return totals_by_round([asked])[asked.id]


def totals_by_round(rounds: Sequence[Round]) -> dict[int, Totals]:
    """By the rounds' ids, also of those that asked nobody yet."""
    ids = [one.id for one in rounds]
    started = _started(ids)
    same = and_(started.c.expert_id == Participation.expert_id, started.c.round_id == Participation.round_id)
    query = (
        select(
            Participation.round_id,
            func.count(Participation.id),
            func.count(started.c.expert_id),
            func.count(Participation.submitted_at),
        )
        .outerjoin(started, same)
        .where(Participation.round_id.in_(ids))
        .group_by(Participation.round_id)
    )
    found = {round_id: Totals(*counts) for round_id, *counts in session.execute(query)}
    return {round_id: found.get(round_id, Totals(0, 0, 0)) for round_id in ids}


def _started(round_ids: Collection[int]) -> Subquery:
    query = select(Rating.round_id, Rating.expert_id).where(Rating.round_id.in_(round_ids), keeping.given())
    return query.distinct().subquery()


class ExpertProgress(NamedTuple):
    """Where one expert stands. Pages tell numbers of many, or how far somebody is in steps."""

    expert_id: int
    code: str
    state: ExpertState
    opened: bool
    submitted: bool
    answered: int
    expected: int
    panels: frozenset[int]  # held in the round

    @property
    def stage(self) -> Stage:
        return stage(
            opened=self.opened, answered=self.answered, expected=self.expected, submitted=self.submitted
        )

    @property
    def left(self) -> int:
        return max(self.expected - self.answered, 0)

    @property
    def done(self) -> bool:
        return self.submitted or not self.left


def by_expert(asked: Round, expert_id: int | None = None) -> list[ExpertProgress]:
    """Everyone asked, or one of them; a number of statements that does not grow."""
    return by_round([asked], protocols.of_rounds([asked]), expert_id)[asked.id]


def by_round(
    rounds: Sequence[Round], sealed: Mapping[int, StudyProtocol], expert_id: int | None = None
) -> dict[int, list[ExpertProgress]]:
    """The same of several rounds, by their ids; `sealed` has the protocols that they opened under."""
    found: dict[int, list[ExpertProgress]] = {one.id: [] for one in rounds}
    query = (
        select(Participation, Expert.code, Expert.state)
        .join(Expert, Expert.id == Participation.expert_id)
        .where(Participation.round_id.in_(found))
    )
    if expert_id is not None:
        query = query.where(Participation.expert_id == expert_id)
    asked_ones = session.execute(query).all()
    if not asked_ones:
        return found
    held_by, answered = _panels_held(found, expert_id), _answered(found, expert_id)
    panels_of_items = _panels_of_items(found)
    for one, code, state in asked_ones:
        held = frozenset(held_by.get(one.id, ()))
        criteria = len(sealed[one.round_id].rules.criteria) if one.round_id in sealed else 1
        found[one.round_id].append(
            ExpertProgress(
                one.expert_id,
                code,
                state,
                one.opened_at is not None,
                one.submitted_at is not None,
                answered.get((one.round_id, one.expert_id), 0),
                criteria * _items_for(held, panels_of_items[one.round_id]),
                held,
            )
        )
    return found


def _panels_held(round_ids: Collection[int], expert_id: int | None) -> Mapping[int, list[int]]:
    """By participation."""
    query = (
        select(ParticipationPanel.participation_id, ParticipationPanel.panel_id)
        .join(Participation, Participation.id == ParticipationPanel.participation_id)
        .where(Participation.round_id.in_(round_ids))
    )
    if expert_id is not None:
        query = query.where(Participation.expert_id == expert_id)
    found: dict[int, list[int]] = defaultdict(list)
    for participation_id, panel_id in session.execute(query):
        found[participation_id].append(panel_id)
    return found


def _answered(round_ids: Collection[int], expert_id: int | None) -> dict[tuple[int, int], int]:
    query = select(Rating.round_id, Rating.expert_id, func.count()).where(
        Rating.round_id.in_(round_ids), keeping.given()
    )
    if expert_id is not None:
        query = query.where(Rating.expert_id == expert_id)
    counted = session.execute(query.group_by(Rating.round_id, Rating.expert_id))
    return {(round_id, expert): count for round_id, expert, count in counted}


def _panels_of_items(round_ids: Collection[int]) -> dict[int, list[set[int]]]:
    """By round, for each of its items the panels it is for; none: every panel."""
    rows = session.execute(
        select(RoundItem.round_id, RoundItem.item_id, ItemPanel.panel_id)
        .outerjoin(ItemPanel, ItemPanel.item_id == RoundItem.item_id)
        .where(RoundItem.round_id.in_(round_ids))
    )
    panels: dict[tuple[int, int], set[int]] = defaultdict(set)
    for round_id, item_id, panel_id in rows:
        panels[round_id, item_id] |= {panel_id} if panel_id is not None else set()
    found: dict[int, list[set[int]]] = defaultdict(list)
    for (round_id, _item), held in panels.items():
        found[round_id].append(held)
    return found


def _items_for(held: frozenset[int], panels_of_items: list[set[int]]) -> int:
    return sum(not panels or bool(panels & held) for panels in panels_of_items)
