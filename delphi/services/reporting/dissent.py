"""Dissent: items on which experts are divided, and what the smaller side says, never with who says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from delphi.domain.comments import CommentKind, side
from delphi.reports.document import Block, Cell, Column, Heading, Paragraph, Quote, Shape, Table
from delphi.services.comment_review import ReadComment
from delphi.services.reporting.phrases import listed
from delphi.services.reporting.rated import Line
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    divided = [one for one in record.analysed() if one[2]["camps"] or one[2]["opposed"]]
    arguments = list(_arguments(record))
    blocks: list[Block] = []
    if divided:
        blocks += [
            Paragraph(
                _(
                    "On these items experts are divided: answers of a group gather at both ends of the scale, or panels "
                    "lie apart."
                )
            ),
            _table(record, divided),
        ]
    if arguments:
        blocks += [
            Heading(_("What the smaller side says"), anchor="dissent-arguments"),
            Paragraph(
                _(
                    "Comments of experts who rated an item on the side that fewer took, in alphabetical order, as they "
                    "may be read outside the team. Who wrote them, and which are by one person, is not told."
                )
            ),
            *arguments,
        ]
    return blocks


def _table(record: Record, divided: Sequence[tuple[Line, str, Any]]) -> Table:
    return Table(
        "divided",
        _("Items on which experts are divided"),
        [
            Column(_("Item"), Shape.CODE),
            Column(_("Statement"), width=3),
            Column(_("Round"), Shape.COUNT),
            Column(_("In two camps"), width=2),
            Column(_("Panels that oppose each other or are far apart"), width=3),
        ],
        [_row(record, line, own) for line, _key, own in divided],
    )


def _row(record: Record, line: Line, own: Any) -> list[Cell]:
    names = record.group_names
    pairs = [
        _("%(one)s and %(other)s", one=names.get(one, one), other=names.get(other, other))
        for one, other in own["opposed"]
    ]
    camps = listed(names.get(code, code) for code in own["camps"])
    return [line.code, line.title, line.round.number, camps or None, "; ".join(pairs) or None]


def _arguments(record: Record) -> Iterator[Block]:
    """Of each item's last round; by item, then by text, so that no order tells authors."""
    lines = {(line.round.number, line.item.id): line for line in record.rated.last}
    written: dict[int, list[ReadComment]] = {}
    for one in record.comments:
        line = lines.get((one.round, one.item_id))
        if line and one.told and not one.hidden and _dissents(one, line):
            written.setdefault(one.item_id, []).append(one)
    for line in lines.values():
        for one in sorted(written.get(line.item.id, ()), key=lambda found: (found.told or "").casefold()):
            yield Quote(one.told or "", _note(one, line))


def _dissents(one: ReadComment, line: Line) -> bool:
    smaller = smaller_side(line.summary(line.criteria[0]))
    return smaller is not None and one.band is not None and side(one.band, one.kind) is smaller


def smaller_side(summary: Mapping[str, Any] | None) -> CommentKind | None:
    """Where fewer rated high than low or the reverse; None where as many did or it may not be told."""
    if not summary or summary["high"]["count"] == summary["low"]["count"]:
        return None
    return CommentKind.AGAINST if summary["high"]["count"] > summary["low"]["count"] else CommentKind.FOR


def _note(one: ReadComment, line: Line) -> str:
    about = _("%(code)s, round %(number)s", code=line.code, number=line.round.number)
    rated = _("rated high") if side(one.band, one.kind) is CommentKind.FOR else _("rated low")
    return f"{about}, {rated}"
