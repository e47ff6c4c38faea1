"""A document with every kind of block, as long, as wide and as empty as they come."""

from __future__ import annotations

from datetime import UTC, date, datetime

from delphi.reports.document import (
    Column,
    Document,
    Drawing,
    Heading,
    Paragraph,
    Points,
    Quote,
    Section,
    Shape,
    Table,
)
from delphi.reports.figures import flow

LONG = "Specialists keep asking what a person wants before they do anything on that person’s behalf. " * 6
MADE = datetime(2026, 10, 1, 14, 30, tzinfo=UTC)
EXACT = 25.925925925925927  # needs seventeen digits
DECIDED = date(2026, 9, 3)
DRAWN = flow.Flow(1, {"new": 12}, {"promoted": 7, "dropped": 2, "again_next": 3})


def every_block(language: str = "en") -> Document:
    """To be made inside a request or an application, in whatever language."""
    return Document(
        "report",
        "What specialists need to know & do <em>",
        "Report of a Delphi study",
        language,
        MADE,
        facts=[("Protocol", "3f2a9c1b" * 8), ("Made", "1 October 2026")],
        mark="Protocol 3f2a9c1b · Delphi 0.1.0",
        sections=[
            Section("background", "Background", f"{LONG}\n\n- one thing\n- another\n\n=1+1 <b>", ()),
            Section(
                "results", "Results by item", "", [_long(), Heading("Law", anchor="results-law"), _wide()]
            ),
            Section(
                "item_flow",
                "Flow of items",
                "",
                [
                    Heading("In the first round"),
                    Heading("Deeper", level=2),
                    Paragraph(LONG),
                    Points(["first", LONG]),
                    Drawing("flow", flow.figure([DRAWN]), "Twelve items came in."),
                    Quote("I would not ask this.", "about LAW.01"),
                    _empty(),
                ],
            ),
        ],
    )


def _long() -> Table:
    columns = (
        Column("Item", Shape.CODE),
        Column("Statement", width=4),
        Column("n", Shape.COUNT),
        Column("High band", Shape.PERCENT, digits=1),
        Column("Median", Shape.NUMBER, digits=1),
        Column("Decided", Shape.DAY),
        Column("Verdict", width=2),
    )
    rows = [
        (f"LAW.{number:02}", LONG[: 40 + number], 29, EXACT, 7.5, DECIDED, "Promote")
        for number in range(1, 201)
    ]
    rows.append(("LAW.201", "=HYPERLINK(1)", 3, "fewer than 5", None, None, ""))
    return Table("results-items", "Every item", columns, rows, note="n counts those who rated.")


def _wide() -> Table:
    columns = [Column("Item", Shape.CODE)] + [
        Column(f"Panel {number}, high band", Shape.PERCENT, digits=1) for number in range(1, 14)
    ]
    rows = [[f"LAW.{number:02}", *[EXACT + number / 10] * 13] for number in range(1, 30)]
    return Table("results-panels", "Every panel", columns, rows)


def _empty() -> Table:
    return Table("nothing", "Nothing so far", (Column("Item", Shape.CODE), Column("Reason")), ())
