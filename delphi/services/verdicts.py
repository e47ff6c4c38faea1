"""What the sealed rules say of a closed round: computed when it closes, stored whole, never by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from delphi.db import ask_for_bell, session
from delphi.domain.anonymity import visible_groups
from delphi.models import (
    Analysis,
    Item,
    ItemPanel,
    Panel,
    Participation,
    ParticipationPanel,
    Protocol,
    Rating,
    Round,
    RoundItem,
    StoredVerdict,
)
from delphi.services import protocols

if TYPE_CHECKING:
    from delphi.scoring.ratings import ItemRatings


@dataclass(frozen=True)
class Asked:
    """Who was put one item, in a fixed order, with the panels each held in the round."""

    item_id: int
    code: str
    experts: tuple[int, ...]
    panels: Mapping[str, frozenset[int]]


def score(closed: Round, *, now: datetime) -> None:
    """Judge every item of the round by the protocol that was in force when it opened."""
    _judge(closed, asked_in(closed), now)


def score_again(closed: Round, item_ids: Collection[int], *, now: datetime) -> None:
    """Judge these items anew, after answers to them were deleted before anything was decided on them."""
    again = StoredVerdict.item_id.in_(item_ids)
    session.execute(delete(StoredVerdict).where(StoredVerdict.round_id == closed.id, again))
    _judge(closed, [one for one in asked_in(closed) if one.item_id in item_ids], now)


def _judge(closed: Round, asked: Sequence[Asked], now: datetime) -> None:
    from delphi.scoring.engine import judge  # numpy stays off the pages that do not score

    protocol = session.get_one(Protocol, closed.protocol_id)
    sealed = protocols.parsed(protocol)
    answers = answers_of(closed)
    judgements = judge(sealed.rules, [item_ratings(one, answers, sealed.rules.criteria) for one in asked])
    rows = [
        {
            "round_id": closed.id,
            "item_id": one.item_id,
            "protocol_id": protocol.id,
            "verdict": judgement.verdict.value,
            "judgement": judgement.to_dict(),
            "shown_groups": _shown(one, answers, sealed.rules.criteria, sealed.minimum_group_size),
            "computed_at": now,
        }
        for one, judgement in zip(asked, judgements, strict=True)
    ]
    if rows:
        session.execute(insert(StoredVerdict), rows)
    # What was made of earlier verdicts goes; the worker looks at the round again (services/analyses.py).
    session.execute(delete(Analysis).where(Analysis.round_id == closed.id))
    ask_for_bell("analyses")


def of_round(scored: Round) -> dict[int, StoredVerdict]:
    found = session.scalars(select(StoredVerdict).where(StoredVerdict.round_id == scored.id))
    return {row.item_id: row for row in found}


def asked_in(asked: Round) -> list[Asked]:
    """For each item of the round, in its order, the experts whose panels it is for."""
    members = _members(asked)
    limited = _item_panels(asked)
    codes = dict(session.execute(select(Panel.id, Panel.code).where(Panel.study_id == asked.study_id)).all())
    query = (
        select(RoundItem.item_id, Item.code)
        .join(Item, Item.id == RoundItem.item_id)
        .where(RoundItem.round_id == asked.id)
        .order_by(RoundItem.position, RoundItem.item_id)
    )
    return [
        _asked(item_id, code, limited.get(item_id), members, codes)
        for item_id, code in session.execute(query)
    ]


def _asked(
    item_id: int,
    code: str,
    limited: set[int] | None,
    members: Mapping[int, set[int]],
    codes: Mapping[int, str],
) -> Asked:
    panels = {
        codes[panel_id]: frozenset(experts)
        for panel_id, experts in sorted(members.items())
        if limited is None or panel_id in limited
    }
    experts = tuple(sorted(frozenset[int]().union(*panels.values())))
    return Asked(item_id, code, experts, panels)


def _members(asked: Round) -> dict[int, set[int]]:
    query = (
        select(ParticipationPanel.panel_id, Participation.expert_id)
        .join(Participation, Participation.id == ParticipationPanel.participation_id)
        .where(Participation.round_id == asked.id)
    )
    members: dict[int, set[int]] = defaultdict(set)
    for panel_id, expert_id in session.execute(query):
        members[panel_id].add(expert_id)
    return members


def _item_panels(asked: Round) -> dict[int, set[int]]:
    query = (
        select(ItemPanel.item_id, ItemPanel.panel_id)
        .join(RoundItem, RoundItem.item_id == ItemPanel.item_id)
        .where(RoundItem.round_id == asked.id)
    )
    limited: dict[int, set[int]] = defaultdict(set)
    for item_id, panel_id in session.execute(query):
        limited[item_id].add(panel_id)
    return limited


Answers = Mapping[tuple[int, str], Mapping[int, tuple[int | None, bool]]]


def answers_of(closed: Round) -> Answers:
    """(item, criterion) -> expert -> (point, unable)."""
    query = select(Rating.item_id, Rating.criterion, Rating.expert_id, Rating.point, Rating.unable)
    found: dict[tuple[int, str], dict[int, tuple[int | None, bool]]] = defaultdict(dict)
    for item_id, criterion, expert_id, point, unable in session.execute(
        query.where(Rating.round_id == closed.id)
    ):
        found[item_id, criterion][expert_id] = (point, unable)
    return found


def item_ratings(asked: Asked, answers: Answers, criteria: Iterable[str]) -> ItemRatings:
    import numpy as np

    from delphi.scoring.ratings import ItemRatings

    nothing = (None, False)
    rows = {
        key: [answers.get((asked.item_id, key), {}).get(one, nothing) for one in asked.experts]
        for key in criteria
    }
    return ItemRatings(
        item=asked.code,
        values={
            key: np.array([np.nan if point is None else point for point, _ in row], float)
            for key, row in rows.items()
        },
        unable={key: np.array([unable for _, unable in row], bool) for key, row in rows.items()},
        panels={
            name: np.array([one in experts for one in asked.experts], bool)
            for name, experts in asked.panels.items()
        },
    )


def _shown(asked: Asked, answers: Answers, criteria: Iterable[str], minimum: int) -> list[str]:
    """Groups large enough on every criterion; one that is too small on one is shown on none.

    Looked at twice: those who rated, and with them those unable to, whose number is shown beside.
    """
    held = {
        one: frozenset(name for name, experts in asked.panels.items() if one in experts)
        for one in asked.experts
    }
    shown: list[frozenset[str]] = []
    for key in criteria:
        given = answers.get((asked.item_id, key), {})
        for unable_too in (False, True):
            answered = [
                held[one]
                for one, (point, unable) in given.items()
                if one in held and (point is not None or (unable and unable_too))
            ]
            shown.append(visible_groups(answered, minimum))
    return sorted(frozenset.intersection(*shown)) if shown else []
