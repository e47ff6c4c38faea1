"""Reading the item bank: searched, filtered, in the order of the domain tree, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from delphi.db import session
from delphi.domain.states import ItemState
from delphi.domain.texts import plain
from delphi.models import Domain, Item, ItemField, Panel, Study, Wording
from delphi.services import domains, item_fields, panels, wordings
from delphi.services.domains import Branch


@dataclass(frozen=True)
class Filter:
    """`domain` takes in what is below it; `panel` also the items of every panel; `untranslated` is a language.

    `fields`: what the values of the study's own fields hold, by key.
    """

    query: str = ""
    domain_id: int | None = None
    panel_id: int | None = None
    state: ItemState | None = None
    untranslated: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self != Filter()


@dataclass(frozen=True)
class Entry:
    """An item and its latest wording; no panels means every panel."""

    item: Item
    wording: Wording
    panels: tuple[Panel, ...]

    @property
    def titles(self) -> dict[str, str]:
        return {text.language: text.title for text in self.wording.texts}


@dataclass(frozen=True)
class Group:
    """The items of one place in the tree; `path` is empty for items without a domain."""

    path: tuple[Domain, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Bank:
    groups: tuple[Group, ...]
    total: int
    branches: tuple[Branch, ...]
    panels: tuple[Panel, ...]
    fields: tuple[ItemField, ...]

    @property
    def found(self) -> int:
        return sum(len(group.entries) for group in self.groups)


def read(study: Study, wanted: Filter) -> Bank:
    """The items that fit, grouped by their place in the tree."""
    branches = domains.tree(study)
    known = panels.list_of(study)
    query = select(Item).where(Item.study_id == study.id).order_by(Item.position, Item.id)
    items = session.scalars(query.options(selectinload(Item.panels))).all()
    current = wordings.current([item.id for item in items])
    entries = [Entry(item, current[item.id], _panels_of(item, known)) for item in items]
    kept = [entry for entry in entries if _fits(entry, wanted, branches)]
    groups, fields = tuple(_groups(kept, branches)), tuple(item_fields.of(study))
    return Bank(groups, len(items), tuple(branches), tuple(known), fields)


def _panels_of(item: Item, known: Iterable[Panel]) -> tuple[Panel, ...]:
    chosen = {row.panel_id for row in item.panels}
    return tuple(panel for panel in known if panel.id in chosen)


def _groups(entries: Iterable[Entry], branches: Iterable[Branch]) -> Iterable[Group]:
    """In the order of the tree; items without a domain come last."""
    inside: dict[int | None, list[Entry]] = {}
    for entry in entries:
        inside.setdefault(entry.item.domain_id, []).append(entry)
    for branch in branches:
        if branch.domain.id in inside:
            yield Group(branch.path, tuple(inside[branch.domain.id]))
    if None in inside:
        yield Group((), tuple(inside[None]))


def _fits(entry: Entry, wanted: Filter, branches: Iterable[Branch]) -> bool:
    item = entry.item
    return (
        (wanted.state is None or item.state is wanted.state)
        and (wanted.panel_id is None or not entry.panels or wanted.panel_id in _ids(entry.panels))
        and (wanted.domain_id is None or item.domain_id in _below(wanted.domain_id, branches))
        and (not wanted.untranslated or wanted.untranslated not in entry.titles)
        and all(plain(value) in plain(item.fields.get(key, "")) for key, value in wanted.fields.items())
        and _mentions(entry, wanted.query)
    )


def _ids(panels_: Iterable[Panel]) -> set[int]:
    return {panel.id for panel in panels_}


def _below(domain_id: int, branches: Iterable[Branch]) -> set[int | None]:
    """The domain and everything under it."""
    return {branch.domain.id for branch in branches if domain_id in {above.id for above in branch.path}}


def _mentions(entry: Entry, query: str) -> bool:
    """Every word of the query stands in the code, in some language of the wording or in a field."""
    words = plain(query).split()
    if not words:
        return True
    texts = (f"{text.title}\n{text.description}\n{text.examples}" for text in entry.wording.texts)
    everything = plain("\n".join((entry.item.code, *texts, *entry.item.fields.values())))
    return all(word in everything for word in words)
