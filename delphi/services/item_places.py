"""Where items stand: their domain, their order within it, and the panels that rate them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete as delete_rows, select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.models import Account, Domain, Item, ItemPanel, Panel, Study
from delphi.services import domains, history, items, studies
from delphi.services.item_lives import Outcome, checked_reason, held


def move(
    study: Study,
    item_ids: Collection[int],
    domain: Domain | None,
    reason: str,
    *,
    by: Account,
    now: datetime,
) -> Outcome:
    """Into another domain, at its end. Once experts have seen one of the items, with a reason."""
    domain_id = domain.id if domain else None
    found = held(study, item_ids)
    away = [item for item in found if item.domain_id != domain_id]
    why = reason.strip()
    if why or items.shown([item.id for item in away]):
        why = checked_reason(reason)
    position = items.next_position(study)
    for offset, item in enumerate(away):
        item.domain_id, item.position = domain_id, position + offset
    if away:
        domains.renumber_items(study)
        codes = [item.code for item in away]
        to = dict(domain.name) if domain else {}
        history.record(study.id, "items.moved", by, now=now, codes=codes, to=to, reason=why)
    there = DomainError("item.already_there")
    return Outcome(away, [(item, there) for item in found if item not in away])


def set_panels(
    study: Study, item_ids: Collection[int], panels: Collection[Panel], *, by: Account, now: datetime
) -> Outcome:
    """Who rates the items. Fixed once experts have seen them: the verdicts of their rounds rest on it."""
    wanted = {panel.id for panel in panels}
    found = held(study, item_ids)
    seen = items.shown([item.id for item in found])
    changed = [item for item in found if {row.panel_id for row in item.panels} != wanted]
    done = [item for item in changed if item.id not in seen]
    if done:
        ids = [item.id for item in done]
        session.execute(delete_rows(ItemPanel).where(ItemPanel.item_id.in_(ids)))
        session.add_all(ItemPanel(item_id=one, panel_id=panel_id) for one in ids for panel_id in wanted)
        for item in done:
            session.expire(item, ["panels"])
        codes = [item.code for item in done]
        history.record(study.id, "items.panels_changed", by, now=now, codes=codes)
    fixed = [(item, DomainError("item.panels_fixed", item=item.code)) for item in changed if item.id in seen]
    same = [(item, DomainError("item.panels_same")) for item in found if item not in changed]
    return Outcome(done, [*fixed, *same])


def shift(study: Study, item: Item, step: int) -> None:
    """One place up (-1) or down (+1) among the items of its domain; at the end of the line nothing happens."""
    line = _line(study, item)
    _put(study, line, item, max(line.index(item) + step, 0))


def place(study: Study, item: Item, number: int) -> None:
    """To the place with this number, counted from 1, among the items of its domain."""
    _put(study, _line(study, item), item, max(number, 1) - 1)


def place_of(study: Study, item: Item) -> tuple[int, int]:
    """Its number among the items of its domain, and how many these are."""
    query = select(Item.id).where(Item.study_id == study.id, Item.domain_id == item.domain_id)
    line = list(session.scalars(query.order_by(Item.position, Item.id)))
    return line.index(item.id) + 1, len(line)


def put_after(study: Study, item: Item, other_id: int | None) -> None:
    """Right after another item of its domain, or first. Another's move meanwhile is never undone by this."""
    if other_id == item.id:
        return
    line = [one for one in _line(study, item) if one is not item]
    before = next((index for index, one in enumerate(line) if one.id == other_id), None)
    if other_id is not None and before is None:
        raise DomainError("item.order_changed")
    _put(study, [item, *line], item, 0 if before is None else before + 1)


def _line(study: Study, item: Item) -> list[Item]:
    """The items of its domain in their order, as it is now."""
    studies.lock_for_change(study)
    session.refresh(item, ["domain_id"])
    query = select(Item).where(Item.study_id == study.id, Item.domain_id == item.domain_id)
    query = query.order_by(Item.position, Item.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def _put(study: Study, line: Sequence[Item], item: Item, index: int) -> None:
    others = [one for one in line if one is not item]
    others.insert(index, item)
    first = min(one.position for one in others)
    for offset, one in enumerate(others):
        one.position = first + offset
    domains.renumber_items(study)
