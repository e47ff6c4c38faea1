"""Every wording of every item: what it said, in which rounds, and why it was changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from delphi.models import Item, Wording
from delphi.reports.document import Block, Cell, Column, Paragraph, Shape, Table
from delphi.services.reporting.phrases import day
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, translated


def write(record: Record) -> list[Block]:
    results = record.results.every
    if not results:
        return []
    shown = _shown(record)
    columns = (
        Column(_("Item"), Shape.CODE),
        Column(_("No."), Shape.COUNT),
        Column(_("Wording"), width=5),
        Column(_("Rounds")),
        Column(_("Since"), width=2),
        Column(_("Why it was changed"), width=3),
    )
    rows = [_row(record, found.item, one, shown[one.id]) for found in results for one in found.wordings]
    note = _("Rounds: those in which experts were shown this wording; a dash: none was.")
    opening = _(
        "Before anybody has seen an item its wording is corrected in place; after that each change is a new numbered wording "
        "with its reason, and answers stay with the wording that was shown."
    )
    return [
        Paragraph(opening),
        Table("wordings", _("Wordings of the items, in their order"), columns, rows, note),
    ]


def _row(record: Record, item: Item, one: Wording, rounds: list[int]) -> tuple[Cell, ...]:
    return (
        item.code,
        one.number,
        _text(one),
        ", ".join(map(str, rounds)) or None,
        day(record.study, one.created_at),
        one.reason or None,
    )


def _text(one: Wording) -> str:
    title = translated({text.language: text.title for text in one.texts})
    description = translated({text.language: text.description for text in one.texts})
    return f"{title} — {description}" if description else title


def _shown(record: Record) -> Mapping[int | None, list[int]]:
    """Wording id -> numbers of the rounds that showed it."""
    found: dict[int | None, list[int]] = defaultdict(list)
    for one in record.rounds:
        for row in one.items:
            found[row.wording_id].append(one.number)
    return found
