"""Who left between rounds: whether they had answered otherwise, and what they could have changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import ngettext

from delphi.reports.document import Block, Cell, Column, Paragraph, Shape, Table
from delphi.services.reporting.phrases import not_shown
from delphi.services.reporting.rated import Line
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label

Found = tuple[Line, str, Any]


def write(record: Record) -> list[Block]:
    found = [(line, key, own["departures"]) for line, key, own in record.analysed() if own.get("departures")]
    if not found:
        return []
    explained = _(
        "Leavers rated an item in the round before its last and gave no answer in its last; stayers rated it both times. "
        "Leavers are compared with stayers in the round before. The bounds say which other verdicts the leavers’ answers, "
        "whatever they had been, could have brought about; nothing is assumed of them."
    )
    return [Paragraph(explained), Paragraph(_counted(found)), _table(found)]


def _counted(found: Sequence[Found]) -> str:
    turned = sum(1 for _line, _key, own in found if own["turns"])
    return ngettext(
        "On %(total)s items somebody left; on %(num)s of them the leavers could have changed the verdict.",
        "On %(total)s items somebody left; on %(num)s of them the leavers could have changed the verdict.",
        turned,
        total=len(found),
    )


def _table(found: Sequence[Found]) -> Table:
    return Table(
        "attrition",
        _("Leavers against stayers, and what leavers could have changed"),
        [
            Column(_("Item"), Shape.CODE),
            Column(_("Criterion")),
            Column(_("Round"), Shape.COUNT),
            Column(_("Since round"), Shape.COUNT),
            Column(_("Leavers"), Shape.COUNT),
            Column(_("Stayers"), Shape.COUNT),
            Column(_("Cliff’s delta"), Shape.NUMBER, digits=2),
            Column(_("p, adjusted"), Shape.NUMBER, digits=3),
            Column(_("Verdict")),
            Column(_("Could have become"), width=2),
        ],
        [_row(*one) for one in found],
        note=_(
            "Cliff’s delta above 0: leavers had rated the item higher. A dash: too few leavers to compare without telling "
            "who said what."
        ),
    )


def _row(line: Line, criterion: str, own: Any) -> list[Cell]:
    numbers = [own[key] for key in ("since", "leavers", "stayers", "delta", "p")]
    verdict = label("verdict", line.stored.verdict)
    return [line.code, criterion, line.round.number, *numbers, verdict, _bounds(own)]


def _bounds(own: Any) -> str:
    if own["turns"] is None:
        return not_shown()
    if own["turns"]:
        return ", ".join(label("verdict", one) for one in own["turns"])
    return _("nothing else") if own["exhaustive"] else _("nothing else that was tried")
