"""Importing a table of experts: looked at first, then taken whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from delphi.db import session
from delphi.domain.pseudonyms import new_code
from delphi.exporters.tables import to_csv
from delphi.importers import experts as importer
from delphi.importers.experts import FIELDS, ExpertRow, Known, KnownPanel
from delphi.importers.mapping import Columns
from delphi.importers.problems import ImportRefused, Problem
from delphi.importers.tables import Table
from delphi.models import Account, Contact, Expert, ExpertPanel, Study
from delphi.services import experts, history, panels, studies


@dataclass(frozen=True)
class Preview:
    """What importing would do; with any problem it would do nothing."""

    table: Table
    columns: Columns
    experts: tuple[ExpertRow, ...]
    problems: tuple[Problem, ...]


def preview(study: Study, table: Table, columns: Columns | None = None) -> Preview:
    """Without `columns`, what each column is used as is guessed from its header."""
    if columns is None:
        columns = importer.guess(table.headers, study.languages)
    columns = {column: target for column, target in columns.items() if column < len(table.headers)}
    read = importer.read_experts(table, columns, _known(study))
    return Preview(table, columns, read.experts, read.problems)


def import_table(
    study: Study, table: Table, by: Account | None, now: datetime, columns: Columns | None = None
) -> list[str]:
    """Import every expert of the table, or raise ImportRefused with every problem. Two at once take turns."""
    studies.lock_for_change(study)
    looked = preview(study, table, columns)
    if looked.problems:
        raise ImportRefused(looked.problems)
    codes = _create(study, looked.experts, now)
    history.record(study.id, "experts.imported", by, now=now, count=len(codes))
    return codes


def template() -> bytes:
    """An empty table with a header for everything that is the same in every study."""
    return to_csv([field.name for field in FIELDS if field.name != "first_name"], [])


def _known(study: Study) -> Known:
    known = [KnownPanel(panel.id, panel.code, tuple(panel.name.values())) for panel in panels.list_of(study)]
    emails = session.scalars(select(Contact.email).where(Contact.study_id == study.id))
    return Known(known, study.languages, frozenset(emails))


def _create(study: Study, rows: Sequence[ExpertRow], now: datetime) -> list[str]:
    """In an order drawn by lot: a file is often sorted by name, and the ids show in the addresses of pages."""
    shuffled = experts.lot.sample(rows, len(rows))
    coded = _coded(study, shuffled)
    made = session.execute(
        insert(Expert).returning(Expert.code, Expert.id),
        [
            {
                "study_id": study.id,
                "code": code,
                "language": row.language,
                "attributes": row.attributes,
                "created_at": now,
            }
            for code, row in coded.items()
        ],
    )
    ids = dict(made.all())
    session.execute(insert(Contact), [_contact(study, ids[code], row, now) for code, row in coded.items()])
    session.execute(
        insert(ExpertPanel),
        [
            {"expert_id": ids[code], "panel_id": panel_id}
            for code, row in coded.items()
            for panel_id in row.panel_ids
        ],
    )
    return sorted(coded)


def _coded(study: Study, rows: Sequence[ExpertRow]) -> dict[str, ExpertRow]:
    """Each row under the pseudonym it gets."""
    panel_codes = {panel.id: panel.code for panel in panels.list_of(study)}
    taken, coded = experts.codes(study), dict[str, ExpertRow]()
    for row in rows:
        code = new_code(panel_codes[row.panel_ids[0]], taken, experts.lot)
        taken.add(code)
        coded[code] = row
    return coded


def _contact(study: Study, expert_id: int, row: ExpertRow, now: datetime) -> dict[str, object]:
    return {
        "expert_id": expert_id,
        "study_id": study.id,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "updated_at": now,
    }
