"""Consensus and stability are two things: what the rules say of an item, and whether its answers still move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import ngettext

from delphi.reports.document import Block, Cell, Column, Drawing, Heading, Paragraph, Shape, Table
from delphi.scoring.rules import Verdict
from delphi.services.reporting import drawn
from delphi.services.reporting.item_results import decision
from delphi.services.reporting.rated import Line
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label

VERDICTS = tuple(verdict.value for verdict in Verdict)
SAID = ("stable", "not stable", "cannot tell")
SETTLED = ("promote", "drop")


def write(record: Record) -> list[Block]:
    found = [one for one in record.analysed() if one[2]["since"] is not None]
    if not found:
        return []
    return [
        Paragraph(
            _(
                "Consensus is what the rules say of the answers of one round; stability is whether the answers of "
                "those who rated an item twice stayed as they were. An item can have either without the other."
            )
        ),
        _cross(found),
        *_apart(found),
        *_movement(found),
        *_drawn(record),
    ]


def verdict_of(own: Any) -> str:
    """What is said of its stability; too few answered both times: it cannot be told."""
    return own["stability"]["verdict"] if own["stability"] else "cannot tell"


def _cross(found: Sequence[tuple[Line, str, Any]]) -> Table:
    counts = Counter((line.stored.verdict, verdict_of(own)) for line, _key, own in found)
    present = [verdict for verdict in VERDICTS if any(counts[verdict, said] for said in SAID)]
    return Table(
        "consensus-and-stability",
        _("Verdicts and stability of the items rated in more than one round"),
        [
            Column(_("Verdict"), width=2),
            *(Column(label("stability", said).capitalize(), Shape.COUNT) for said in SAID),
        ],
        [[label("verdict", one), *(counts[one, said] for said in SAID)] for one in present],
        note=_("“Cannot tell”: too few rated the item in both rounds."),
    )


def _apart(found: Sequence[tuple[Line, str, Any]]) -> Iterator[Block]:
    moving = [one for one in found if _settled(one[0]) and verdict_of(one[2]) == "not stable"]
    still = [one for one in found if not _settled(one[0]) and verdict_of(one[2]) == "stable"]
    yield Paragraph(
        ngettext(
            "%(num)s item has consensus and is not stable.",
            "%(num)s items have consensus and are not stable.",
            len(moving),
        )
        + " "
        + ngettext(
            "%(num)s item is stable without consensus: asking again is unlikely to settle it.",
            "%(num)s items are stable without consensus: asking again is unlikely to settle them.",
            len(still),
        )
    )
    listed = [(_("consensus, not stable"), moving), (_("stable, no consensus"), still)]
    rows: list[list[Cell]] = [
        [
            line.code,
            line.title,
            line.round.number,
            told,
            label("verdict", line.stored.verdict),
            decision(line),
        ]
        for told, group in listed
        for line, _key, _own in group
    ]
    if rows:
        yield Table(
            "one-without-the-other",
            _("Items with consensus and not stable, and the reverse"),
            [
                Column(_("Item"), Shape.CODE),
                Column(_("Statement"), width=4),
                Column(_("Round"), Shape.COUNT),
                Column(_("What is missing"), width=2),
                Column(_("Verdict")),
                Column(_("Decision")),
            ],
            rows,
        )


def _settled(line: Line) -> bool:
    return line.stored.verdict in SETTLED


def _movement(found: Sequence[tuple[Line, str, Any]]) -> Iterator[Block]:
    several = any(len(line.criteria) > 1 for line, _key, _own in found)
    yield Heading(_("Who changed their answer"), anchor="stability-movement")
    counts = (_("Rated both times"), _("Higher"), _("Lower"), _("The same"), _("Other band"))
    yield Table(
        "movement",
        _("Answers to each item in its last round, against the round it was rated in before"),
        [
            Column(_("Item"), Shape.CODE),
            *([Column(_("Criterion"))] if several else []),
            Column(_("Round"), Shape.COUNT),
            Column(_("Since round"), Shape.COUNT),
            *(Column(title, Shape.COUNT) for title in counts),
            Column(_("High band, change in points"), Shape.NUMBER, digits=1),
            Column(_("Stability")),
        ],
        [
            [
                line.code,
                *([key] if several else []),
                line.round.number,
                own["since"],
                *_moved(own["movement"]),
                own["high_change"],
                label("stability", verdict_of(own)),
            ]
            for line, key, own in found
        ],
        note=_("A dash: too few experts for the number to be told."),
    )


def _moved(movement: Any) -> list[Cell]:
    if movement is None:
        return [None] * 5
    return [movement[key] for key in ("n", "up", "down", "stayed", "crossed")]


def _drawn(record: Record) -> Iterator[Block]:
    for name in ("convergence", "agreement"):
        figure = drawn.figure(name, record)
        if figure.spec is not None:
            yield Drawing(name, figure)
