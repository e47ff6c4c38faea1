"""Which items a new round may ask: those not settled yet, with what the last round said of each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from delphi.db import session
from delphi.domain.states import ItemState
from delphi.models import Decision, Domain, Item, Study, Wording
from delphi.services import domains, wordings


@dataclass(frozen=True)
class Eligible:
    """An item that can be asked; `last` is the latest decision's outcome, None when never rated."""

    item: Item
    wording: Wording | None
    domain: Domain | None
    last: str | None


@dataclass(frozen=True)
class Choice:
    items: list[Eligible]
    domains: dict[int, Domain]

    def matching(self, last: str, domain_id: int) -> set[int]:
        """Ids of the items with this last outcome ("new": never rated; empty: any) in or under this domain."""
        return {
            one.item.id for one in self.items if self._fits(one, last) and self._under(one.domain, domain_id)
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
        .where(Item.study_id == study.id, Item.state.in_((ItemState.CANDIDATE, ItemState.IN_PLAY)))
        .order_by(Item.position, Item.id)
    )
    items = list(session.scalars(query))
    texts = wordings.current([item.id for item in items])
    last = _last_outcomes(study)
    eligible = [
        Eligible(item, texts.get(item.id), tree.get(item.domain_id or 0), last.get(item.id)) for item in items
    ]
    return Choice(eligible, tree)


def _last_outcomes(study: Study) -> dict[int, str]:
    query = (
        select(Decision.item_id, Decision.outcome)
        .join(Item, Item.id == Decision.item_id)
        .where(Item.study_id == study.id, Decision.undone.is_(False))
        .order_by(Decision.id)
    )
    return dict(session.execute(query).all())
