"""Differences between panels, as the analysis of each item's last round found them."""

from __future__ import annotations

from typing import Any

from flask_babel import ngettext

from delphi.reports.document import Block, Cell, Column, Paragraph, Shape, Table
from delphi.services.reporting.phrases import listed
from delphi.services.reporting.rated import Line
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    if len(record.panels) < 2:
        return []
    found = list(record.analysed())
    tested = [one for one in found if one[2]["groups_p"] is not None]
    if not found:
        return []
    different = sum(1 for _line, _key, own in tested if own["groups_differ"])
    explained = _(
        "Whether panels answer alike was tested with the test of Kruskal and Wallis, item by item, on panels large enough "
        "to be shown and without experts in several panels; p-values are adjusted over the items of a round after Benjamini and "
        "Hochberg, so that of the items said to differ about one in twenty is so by chance."
    )
    counted = (
        ngettext("%(num)s test could be made.", "%(num)s tests could be made.", len(tested))
        + " "
        + ngettext("In %(num)s the panels differ.", "In %(num)s the panels differ.", different)
    )
    rows = [_row(record, *one) for one in found if _says_something(one[2])]
    return [Paragraph(explained), Paragraph(counted), *([_table(record, rows)] if rows else [])]


def _says_something(own: Any) -> bool:
    return own["groups_p"] is not None or bool(own["rule_splits"])


def _table(record: Record, rows: list[list[Cell]]) -> Table:
    return Table(
        "panel-differences",
        _("Differences between panels, by item"),
        [
            Column(_("Item"), Shape.CODE),
            Column(_("Criterion")),
            Column(_("Round"), Shape.COUNT),
            *(
                Column(_("%(panel)s, high", panel=name), Shape.PERCENT, digits=1)
                for name in record.panel_names.values()
            ),
            Column(_("p, adjusted"), Shape.NUMBER, digits=3),
            Column(_("Differ")),
            Column(_("A rule holds in some panels only"), width=2),
        ],
        rows,
        note=_("A dash: the panel is too small to be shown, was not asked, or there was no test."),
    )


def _row(record: Record, line: Line, criterion: str, own: Any) -> list[Cell]:
    high: list[Cell] = []
    for code in record.panel_names:
        numbers = line.numbers(criterion, code)
        high.append(numbers.high if numbers else None)
    differ = None if own["groups_p"] is None else _("yes") if own["groups_differ"] else _("no")
    return [line.code, criterion, line.round.number, *high, own["groups_p"], differ, _split(record, own)]


def _split(record: Record, own: Any) -> str | None:
    if not own["rule_splits"]:
        return None
    holds, fails = (
        listed(record.panel_names.get(code, code) for code in side) for side in own["rule_splits"]
    )
    return _("in %(holds)s, not in %(fails)s", holds=holds, fails=fails)
