"""Verdicts as they were stored when the rounds closed, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from delphi.db import session
from delphi.models import Item, Protocol, Round, RoundItem, StoredVerdict, Wording
from delphi.services.bundling.groups import Place
from delphi.services.bundling.scope import Scope

AT_ONCE = 50  # each has all the numbers of an item


class Stored(NamedTuple):
    round_id: int
    item_id: int
    round: int
    item: str
    wording: int
    protocol: int
    verdict: str
    judgement: Mapping[str, Any]
    shown_groups: list[str]

    @property
    def place(self) -> Place:
        return self.round_id, self.item_id

    @property
    def rule(self) -> int | None:
        """Place of the deciding rule, from 1."""
        rule = self.judgement["rule"]
        return None if rule is None else int(rule) + 1


def of_study(scope: Scope) -> Iterator[Stored]:
    """By round, in the order in which items were asked."""
    query = (
        select(
            StoredVerdict.round_id,
            StoredVerdict.item_id,
            Round.number,
            Item.code,
            Wording.number,
            Protocol.number,
            StoredVerdict.verdict,
            StoredVerdict.judgement,
            StoredVerdict.shown_groups,
        )
        .join(Round, Round.id == StoredVerdict.round_id)
        .join(Item, Item.id == StoredVerdict.item_id)
        .join(
            RoundItem,
            (RoundItem.round_id == StoredVerdict.round_id) & (RoundItem.item_id == StoredVerdict.item_id),
        )
        .join(Wording, Wording.id == RoundItem.wording_id)
        .join(Protocol, Protocol.id == StoredVerdict.protocol_id)
        .where(Round.study_id == scope.study.id, Round.closed_at.is_not(None))
        .order_by(Round.number, RoundItem.position, RoundItem.item_id)
        .execution_options(yield_per=AT_ONCE)
    )
    return map(Stored._make, session.execute(query))
