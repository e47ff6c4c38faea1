"""What came into each round, what became of it, and which items were merged, split or set aside beside the rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask_babel import ngettext

from delphi.domain.states import Descent, ItemState
from delphi.reports.document import Block, Column, Drawing, Heading, Paragraph, Shape, Table
from delphi.services import descents, item_lives
from delphi.services.reporting import drawn
from delphi.services.reporting.phrases import day, listed, told
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    states = Counter(one.item.state for one in record.results.every)
    if not states:
        return []
    return [
        Paragraph(_standing(states)),
        *_drawn(record),
        *_family(record),
        *_aside(record),
    ]


def _standing(states: Counter[ItemState]) -> str:
    return told(
        ngettext(
            "The study has had %(num)s item.", "The study has had %(num)s items.", states.total()
        ),
        _("When this report was made, %(parts)s.", parts=listed(_parts(states))),
    )  # fmt: skip


def _parts(states: Counter[ItemState]) -> Iterator[str]:
    yield ngettext("%(num)s was promoted", "%(num)s were promoted", states[ItemState.PROMOTED])
    yield ngettext("%(num)s was dropped", "%(num)s were dropped", states[ItemState.DROPPED])
    if merged := states[ItemState.MERGED]:
        yield ngettext("%(num)s had been merged into another", "%(num)s had been merged into others", merged)
    if split := states[ItemState.SPLIT]:
        yield ngettext("%(num)s had been split", "%(num)s had been split", split)
    if still := states[ItemState.IN_PLAY]:
        yield ngettext("%(num)s was not settled", "%(num)s were not settled", still)
    if never := states[ItemState.CANDIDATE]:
        yield ngettext("%(num)s had not been asked", "%(num)s had not been asked", never)


def _drawn(record: Record) -> Iterator[Block]:
    if not record.rounds:
        return
    figure = drawn.figure("flow", record)
    yield Drawing("items", figure, figure.caption)
    columns = tuple(Column(title, Shape.COUNT) for title in figure.columns)
    note = _(
        "Of the items of a round, the first columns tell how each came in, the others what became of it."
    )
    yield Table("item-flow", _("Items in each round"), columns, figure.rows, note)


def _family(record: Record) -> Iterator[Block]:
    if not record.descents:
        return
    yield Heading(_("Items merged and split"))
    columns = (
        Column(_("Items"), width=2),
        Column(_("What was done"), width=2),
        Column(_("Result"), width=2),
        Column(_("Day"), width=2),
        Column(_("Reason"), width=5),
    )
    rows = [
        (
            ", ".join(one.code for one in act.sources),
            _("merged into") if act.kind is Descent.MERGED else _("split into"),
            ", ".join(one.code for one in act.results),
            day(record.study, act.made_at),
            act.reason,
        )
        for act in descents.acts(record.descents)
    ]
    yield Table("merged-and-split", _("Items merged and split, with the reason"), columns, rows)


def _aside(record: Record) -> Iterator[Block]:
    events = record.happened(item_lives.DROPPED, item_lives.RESTORED)
    if not events:
        return
    yield Heading(_("Items set aside by the team between rounds"))
    columns = (
        Column(_("Day"), width=2),
        Column(_("What was done"), width=2),
        Column(_("Items"), width=3),
        Column(_("Reason"), width=5),
    )
    done = {item_lives.DROPPED: _("set aside"), item_lives.RESTORED: _("taken back")}
    rows = [
        (
            day(record.study, one.happened_at),
            done[one.kind],
            ", ".join(one.facts["codes"]),
            one.facts["reason"],
        )
        for one in events
    ]
    yield Table("set-aside", _("Items set aside or taken back, with the reason"), columns, rows)
