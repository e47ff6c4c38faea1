"""Items an expert rated before and is not asked now: what became of each, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from delphi.db import session
from delphi.domain.decisions import Fate, fate_of
from delphi.domain.protocols import StudyProtocol
from delphi.domain.states import MOVED_ON, ItemState, RoundState, StudyState
from delphi.models import (
    Decision,
    Domain,
    Feedback,
    Item,
    Participation,
    Protocol,
    Rating,
    Round,
    RoundItem,
    Wording,
)
from delphi.scoring.rules import Verdict
from delphi.services import descents, item_lives, protocols, wordings
from delphi.services.answering import is_for, mine
from delphi.services.descents import Step
from delphi.services.links import Visit

Place = tuple[int, int]  # (round id, item id)
Places = Sequence[Place]


@dataclass(frozen=True)
class Asked:
    """A round in which this expert was asked an item, with what was answered; feedback is told as it was frozen."""

    round: Round
    protocol: StudyProtocol
    ratings: Mapping[str, Rating]
    feedback: Mapping[str, Any]


@dataclass(frozen=True)
class Settled:
    """`asked` has every round in which this expert was asked the item, the latest first.

    `before` is the wording rated in the latest, None where it is still the item's wording. `became` has what the items
    say into which this one was merged or split.
    """

    item: Item
    fate: Fate
    reason: str
    domain: Domain | None
    wording: Wording
    before: Wording | None
    asked: Sequence[Asked]
    became: Sequence[Wording]


def count(visit: Visit) -> int:
    return len(_asked(visit))


def of(visit: Visit) -> list[Settled]:
    """In the order of the item bank; the number of statements does not grow with them."""
    asked = _asked(visit)
    places = [(row.round_id, row.item_id) for rows in asked.values() for row in rows]
    latest, rated = _latest_wordings(asked), {key: rows[0].wording_id for key, rows in asked.items()}
    texts = wordings.of({*rated.values(), *latest.values()})
    rounds = _rounds(visit)
    given, told, decided = _ratings(visit, places), _feedback(places), _latest_decisions(asked)
    items = _items(asked)
    became, now = _became([item for item, _domain in items])
    between = item_lives.latest_reasons(visit.study) if _by_the_team(items, decided) else {}
    return [
        Settled(
            item,
            _fate(visit, item, decided.get(item.id)),
            _reason(item, decided.get(item.id), became.get(item.id, ()), between),
            domain,
            texts[latest[item.id]],
            texts[rated[item.id]] if rated[item.id] != latest[item.id] else None,
            [
                Asked(*rounds[row.round_id], given.get(place, {}), told.get(place, {}))
                for row in asked[item.id]
                for place in [(row.round_id, item.id)]
            ],
            [now[step.result.id] for step in became.get(item.id, ())],
        )
        for item, domain in items
    ]


def _fate(visit: Visit, item: Item, decision: Decision | None) -> Fate:
    return fate_of(item.state, Verdict(decision.outcome) if decision else None, visit.study.state)


def _became(items: Collection[Item]) -> tuple[Mapping[int, Sequence[Step]], Mapping[int, Wording]]:
    """What merged and split items became, and what that says now; nothing is read where there are none."""
    gone = [item.id for item in items if item.state in MOVED_ON]
    if not gone:
        return {}, {}
    steps = descents.into(gone)
    return steps, wordings.current([step.result.id for listed in steps.values() for step in listed])


def _by_the_team(items: Sequence[Row[Item, Domain | None]], decided: Mapping[int, Decision]) -> bool:
    """Whether an item stands otherwise than it was decided: set aside, or taken back, between rounds."""
    return any(
        (item.state is ItemState.DROPPED) != (item.id in decided and decided[item.id].outcome == Verdict.DROP)
        for item, _domain in items
    )


def _reason(
    item: Item,
    decision: Decision | None,
    became: Sequence[Step],
    between: Mapping[str, tuple[datetime, str]],
) -> str:
    """Why it ended so: by a merge or a split, by the team between rounds, or by a decision; the latest counts."""
    if became:
        return became[0].descent.reason
    when, why = between.get(item.code, (None, ""))
    if when is not None and (decision is None or decision.decided_at < when):
        return why
    return decision.reason if decision else ""


def _asked(visit: Visit) -> Mapping[int, Sequence[Row[int, int, int | None, bool]]]:
    """Item id -> the rounds in which this expert was asked it, the latest first; only what is decided for good."""
    query = (
        select(RoundItem.item_id, RoundItem.round_id, RoundItem.wording_id, _final(visit).label("final"))
        .join(Round, and_(Round.id == RoundItem.round_id, Round.opened_at.is_not(None)))
        .join(Participation, mine(visit))
        .join(Item, and_(Item.id == RoundItem.item_id, or_(is_for(Participation.id), _rated(visit))))
        .where(Round.study_id == visit.study.id)
        .order_by(Round.number.desc())
    )
    found: dict[int, list[Row[int, int, int | None, bool]]] = defaultdict(list)
    for row in session.execute(query):
        found[row.item_id].append(row)
    return {item_id: rows for item_id, rows in found.items() if rows[0].final}


def _final(visit: Visit) -> ColumnElement[bool]:
    """SQL for: no decision of the round can be taken back, since a later one opened or the study is over."""
    if visit.study.state is StudyState.CONCLUDED:
        return Round.state == RoundState.DECIDED
    later = aliased(Round)
    opened = exists().where(
        later.study_id == visit.study.id, later.number > Round.number, later.opened_at.is_not(None)
    )
    return and_(Round.state == RoundState.DECIDED, opened)


def _rated(visit: Visit) -> ColumnElement[bool]:
    """SQL for: they answered, though the item is for other panels now."""
    here = and_(Rating.round_id == RoundItem.round_id, Rating.item_id == RoundItem.item_id)
    return exists().where(here, Rating.expert_id == visit.expert.id)


def _items(item_ids: Collection[int]) -> Sequence[Row[Item, Domain | None]]:
    query = select(Item, Domain).outerjoin(Domain, Domain.id == Item.domain_id)
    return session.execute(query.where(Item.id.in_(item_ids)).order_by(Item.position, Item.id)).all()


def _rounds(visit: Visit) -> dict[int, tuple[Round, StudyProtocol]]:
    query = select(Round, Protocol).join(Protocol, Protocol.id == Round.protocol_id)
    rows = session.execute(query.where(Round.study_id == visit.study.id))
    return {one.id: (one, protocols.parsed(protocol)) for one, protocol in rows}


def _latest_wordings(item_ids: Collection[int]) -> dict[int, int | None]:
    """The wording each item was last asked in, of whichever panel; one not asked yet is the team's own business."""
    query = (
        select(RoundItem.item_id, RoundItem.wording_id)
        .join(Round, Round.id == RoundItem.round_id)
        .where(RoundItem.item_id.in_(item_ids), Round.opened_at.is_not(None))
        .order_by(Round.number)
    )
    return dict(session.execute(query).all())


def _ratings(visit: Visit, places: Places) -> Mapping[Place, Mapping[str, Rating]]:
    query = select(Rating).where(
        Rating.expert_id == visit.expert.id, tuple_(Rating.round_id, Rating.item_id).in_(places)
    )
    found: dict[Place, dict[str, Rating]] = defaultdict(dict)
    for rating in session.scalars(query):
        found[rating.round_id, rating.item_id][rating.criterion] = rating
    return found


def _feedback(places: Places) -> Mapping[Place, Mapping[str, Any]]:
    query = select(Feedback).where(tuple_(Feedback.round_id, Feedback.item_id).in_(places))
    return {(one.round_id, one.item_id): one.content for one in session.scalars(query)}


def _latest_decisions(item_ids: Collection[int]) -> dict[int, Decision]:
    """Of decided rounds only: until then a facilitator may think again."""
    final = exists().where(Round.id == Decision.round_id, Round.state == RoundState.DECIDED)
    query = select(Decision).where(Decision.item_id.in_(item_ids), final).order_by(Decision.id)
    return {decision.item_id: decision for decision in session.scalars(query)}
