"""Importing a table of items: looked at first, then taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from delphi.db import session
from delphi.exporters.tables import to_csv
from delphi.importers import items as importer, mapping
from delphi.importers.items import FIELDS, ItemTable, Known
from delphi.importers.mapping import Columns
from delphi.importers.places import Place, lineage
from delphi.importers.problems import ImportRefused, Problem
from delphi.importers.tables import Table
from delphi.models import Account, Domain, Item, Study
from delphi.models.domain import DomainLevel
from delphi.services import domains, history, item_fields, items, panels, studies


@dataclass(frozen=True)
class Preview:
    """What importing would do; with any problem it would do nothing."""

    table: Table
    columns: Columns
    items: ItemTable
    problems: tuple[Problem, ...]

    def places(self, level: str) -> list[Place]:
        return self.items.places(level)


def preview(study: Study, table: Table, columns: Columns | None = None) -> Preview:
    """Without `columns`, what each column is used as is guessed from its header."""
    unknown = (
        list(mapping.unknown_languages(table.headers, FIELDS, study.languages)) if columns is None else []
    )
    known = _known(study)
    if columns is None:
        columns = importer.guess(table.headers, study.languages, known.fields)
    columns = {column: target for column, target in columns.items() if column < len(table.headers)}
    read = importer.read_items(table, columns, known)
    return Preview(table, columns, read, (*unknown, *read.problems))


def import_table(
    study: Study, table: Table, by: Account | None, now: datetime, columns: Columns | None = None
) -> list[Item]:
    """Import every item of the table, or raise ImportRefused with every problem. Two at once take turns."""
    studies.lock_for_change(study)
    looked = preview(study, table, columns)
    if looked.problems:
        raise ImportRefused(looked.problems)
    created = _create(study, looked.items, by, now)
    history.record(study.id, "items.imported", by, now=now, count=len(created))
    return created


def template(study: Study) -> bytes:
    """An empty table with a header for everything that can be imported."""
    return to_csv(_headers(study), [])


def targets(study: Study) -> list[str]:
    """Everything a column can be used as."""
    return mapping.targets((*FIELDS, *item_fields.columns(study)), study.languages)


def _headers(study: Study) -> list[str]:
    if len(study.languages) == 1:
        return [field.name for field in (*FIELDS, *item_fields.columns(study))]
    return [target.replace(".", "_") for target in targets(study)]


def _known(study: Study) -> Known:
    names = {panel.code: tuple(panel.name.values()) for panel in panels.list_of(study)}
    return Known(study.languages, names, items.codes(study), _places(study), item_fields.columns(study))


def _places(study: Study) -> list[Place]:
    """The study's tree as the importer knows it, parents first."""
    places: dict[int, Place] = {}
    for branch in domains.tree(study):
        domain = branch.domain
        parent = places.get(domain.parent_id) if domain.parent_id else None
        places[domain.id] = Place(str(domain.level), dict(domain.name), parent, id=domain.id)
    return list(places.values())


def _create(study: Study, table: ItemTable, by: Account | None, now: datetime) -> list[Item]:
    tree = _create_domains(study, table)
    panel_ids = {panel.code: panel.id for panel in panels.list_of(study)}
    position = items.next_position(study)
    created = []
    for offset, row in enumerate(table.items):
        domain = tree[row.place] if row.place else None
        chosen = [panel_ids[code] for code in row.panels]
        item = items.new_item(study, row.code, domain, row.texts, chosen, by=by, now=now)
        item.position, item.fields = position + offset, dict(row.fields)
        created.append(item)
    session.add_all(created)
    domains.renumber_items(study)
    return created


def _create_domains(study: Study, table: ItemTable) -> Mapping[Place, Domain]:
    """The domain of every place the items ask for, made where the study does not have it."""
    known = domains.by_id(study)
    tree: dict[Place, Domain] = {}
    for place in dict.fromkeys(place for row in table.items for place in lineage(row.place)):
        if place.id is None:
            tree[place] = _create_domain(study, place, tree, len(known) + len(tree))
        else:
            tree[place] = known[place.id]
            if place.missing:
                tree[place].name = {**place.missing, **tree[place].name}
    return tree


def _create_domain(study: Study, place: Place, tree: Mapping[Place, Domain], position: int) -> Domain:
    parent = tree[place.parent] if place.parent else None
    domain = Domain(
        study_id=study.id,
        parent_id=parent.id if parent else None,
        level=DomainLevel(place.level),
        name=place.names,
        position=position,
    )
    session.add(domain)
    session.flush()  # its children need its id
    return domain
