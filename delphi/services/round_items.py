"""Which items a new round may ask: those not settled yet, with what the last round said of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.states import ASKABLE, ItemState
from delphi.models import Decision, Domain, Item, Round, RoundItem, StoredVerdict, Study, Wording
from delphi.services import domains, wordings


@dataclass(frozen=True)
class Eligible:
    """An item that can be asked; `last` is the latest decision's outcome, None when never rated.

    `verdict` is what the rules said in round `asked`, where it was last asked; `reworded` since then.
    """

    item: Item
    wording: Wording | None
    domain: Domain | None
    last: str | None
    verdict: str | None = None
    asked: int | None = None
    reworded: bool = False


@dataclass(frozen=True)
class Choice:
    """`settled` counts the items that cannot be asked any more, by their state."""

    items: list[Eligible]
    domains: dict[int, Domain]
    settled: dict[ItemState, int]

    def matching(self, last: str, domain_id: int) -> set[int]:
        """Ids of the items with this last outcome ("new": never rated; empty: any) in or under this domain."""
        return {
            one.item.id for one in self.items if self._fits(one, last) and self._under(one.domain, domain_id)
        }

    def limits(self, item_ids: Collection[int]) -> dict[int, set[int]]:
        """By item the panels it is for; none: for all."""
        return {
            one.item.id: {row.panel_id for row in one.item.panels}
            for one in self.items
            if one.item.id in item_ids
        }

    def by_domain(self) -> list[tuple[Domain | None, list[Eligible]]]:
        """Domains in the order of their first item."""
        groups: dict[int | None, list[Eligible]] = {}
        for one in self.items:
            groups.setdefault(one.item.domain_id, []).append(one)
        return [(listed[0].domain, listed) for listed in groups.values()]

    def outcomes(self) -> list[str]:
        return sorted({one.last or "new" for one in self.items})

    def _fits(self, one: Eligible, last: str) -> bool:
        return not last or (one.last or "new") == last

    def _under(self, domain: Domain | None, wanted: int) -> bool:
        if not wanted:
            return True
        while domain is not None:
            if domain.id == wanted:
                return True
            domain = self.domains.get(domain.parent_id) if domain.parent_id else None
        return False


def of(study: Study) -> Choice:
    tree = domains.by_id(study)
    query = (
        select(Item)
        .where(Item.study_id == study.id, Item.state.in_(ASKABLE))
        .order_by(Item.position, Item.id)
        .options(selectinload(Item.panels))
    )
    items = list(session.scalars(query))
    texts = wordings.current([item.id for item in items])
    last, asked = _last_outcomes(study), _last_asked(study)
    return Choice([_eligible(item, texts, tree, last, asked) for item in items], tree, _settled(study))


def _eligible(
    item: Item,
    texts: Mapping[int, Wording],
    tree: Mapping[int, Domain],
    last: Mapping[int, str],
    asked: Mapping[int, Row[int, int, int | None, str | None]],
) -> Eligible:
    wording, domain = texts.get(item.id), tree.get(item.domain_id or 0)
    if item.id not in asked:
        return Eligible(item, wording, domain, last.get(item.id))
    _item_id, number, wording_id, verdict = asked[item.id]
    reworded = wording is not None and wording.id != wording_id
    return Eligible(item, wording, domain, last.get(item.id), verdict, number, reworded)


def _last_asked(study: Study) -> dict[int, Row[int, int, int | None, str | None]]:
    """Item id -> item id, number of the latest round that asked it, the wording it showed, its verdict there."""
    same = and_(StoredVerdict.round_id == RoundItem.round_id, StoredVerdict.item_id == RoundItem.item_id)
    query = (
        select(RoundItem.item_id, Round.number, RoundItem.wording_id, StoredVerdict.verdict)
        .join(Round, Round.id == RoundItem.round_id)
        .outerjoin(StoredVerdict, same)
        .where(Round.study_id == study.id, Round.opened_at.is_not(None))
        .order_by(Round.number)
    )
    return {row[0]: row for row in session.execute(query)}


def _settled(study: Study) -> dict[ItemState, int]:
    query = (
        select(Item.state, func.count())
        .where(Item.study_id == study.id, Item.state.not_in(ASKABLE))
        .group_by(Item.state)
    )
    return dict(session.execute(query).all())


def _last_outcomes(study: Study) -> dict[int, str]:
    query = (
        select(Decision.item_id, Decision.outcome)
        .join(Item, Item.id == Decision.item_id)
        .where(Item.study_id == study.id, Decision.undone.is_(False))
        .order_by(Decision.id)
    )
    return dict(session.execute(query).all())
