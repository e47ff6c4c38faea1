"""The study in a few numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask_babel import ngettext

from delphi.models import Round
from delphi.reports.document import Block, Cell, Column, Points, Shape, Table
from delphi.services.reporting.phrases import date_there, not_shown
from delphi.services.reporting.record import Record
from delphi.services.results import Results
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    if not record.results.every:
        return []
    blocks: list[Block] = [Points(list(_points(record)))]
    return [*blocks, _rounds(record)] if record.rounds else blocks


def _points(record: Record) -> Iterator[str]:
    found = record.results
    total = len(found.every)
    yield ngettext("%(num)s item was in the study.", "%(num)s items were in the study.", total)
    for state, told in _came_of(found).items():
        if found.count(state):
            yield told
    if found.unsettled:
        yield (
            ngettext("%(num)s item is not settled.", "%(num)s items are not settled.", found.unsettled)
            if record.study.concluded_at
            else ngettext("%(num)s item is still open.", "%(num)s items are still open.", found.unsettled)
        )
    overridden = len(record.rated.overridden)
    if overridden:
        yield ngettext(
            "%(num)s decision went against what the rules say, with a reason.",
            "%(num)s decisions went against what the rules say, each with a reason.",
            overridden,
        )


def _came_of(found: Results) -> dict[str, str]:
    """By the state in which items ended."""
    promoted, dropped, merged, split = map(found.count, ("promoted", "dropped", "merged", "split"))
    return {
        "promoted": ngettext("%(num)s item was promoted.", "%(num)s items were promoted.", promoted),
        "dropped": ngettext("%(num)s item was dropped.", "%(num)s items were dropped.", dropped),
        "merged": ngettext("%(num)s item was merged.", "%(num)s items were merged.", merged),
        "split": ngettext("%(num)s item was split.", "%(num)s items were split.", split),
    }


def _rounds(record: Record) -> Table:
    columns = [
        Column(_("Round"), Shape.COUNT),
        Column(_("Opened"), Shape.DAY),
        Column(_("Closed"), Shape.DAY),
        *(
            Column(title, Shape.COUNT)
            for title in (
                _("Experts asked"),
                _("Answered"),
                _("Items rated"),
                _("Promoted"),
                _("Dropped"),
                _("Not settled"),
            )
        ),
    ]
    return Table(
        "brief-rounds",
        _("The rounds"),
        columns,
        [_row(record, one) for one in record.rounds],
        note=_(
            "“Answered” counts experts with at least one answer; “not settled”, items to be asked again or "
            "still undecided."
        ),
    )


def _row(record: Record, opened: Round) -> list[Cell]:
    lines = [line for line in record.rated.every if line.round.id == opened.id]
    outcomes = Counter(line.outcome for line in lines)
    settled = outcomes["promote"], outcomes["drop"]
    counts: list[Cell] = [len(lines), *settled, len(lines) - sum(settled)] if lines else [None] * 4
    days = [date_there(record.study, moment) for moment in (opened.opened_at, opened.closed_at)]
    return [opened.number, *days, *_turnout(record, opened), *counts]


def _turnout(record: Record, opened: Round) -> list[Cell]:
    found = record.turnout(opened)
    return [found.asked, found.started] if found else [not_shown(), not_shown()]
