"""How many experts came how far in each round, drawn and as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flask_babel import ngettext

from delphi.domain.withdrawals import Withdrawal
from delphi.models import Round
from delphi.reports.document import Block, Cell, Column, Drawing, Paragraph, Shape, Table
from delphi.scoring.rules import POOLED
from delphi.services.expert_flow import RoundFlow
from delphi.services.reporting import drawn
from delphi.services.reporting.phrases import day, not_shown, told
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, percent


def write(record: Record) -> list[Block]:
    if not record.rounds:
        return []
    figure = drawn.figure("experts", record)
    return [
        *(Paragraph(_told(record, one)) for one in record.rounds),
        *_left(record),
        *([Drawing("experts", figure, figure.caption)] if figure.spec else ()),
        _table(record),
    ]


def _told(record: Record, one: Round) -> str:
    flow = record.expert_flows[one.id]
    steps = flow.steps.get(POOLED)
    if steps is None:
        return _(
            "Round %(number)s asked fewer experts than may be told.",
            number=one.number,
        )
    asked = ngettext(
        "Round %(number)s asked %(num)s expert.", "Round %(number)s asked %(num)s experts.", steps.asked,
        number=one.number,
    )  # fmt: skip
    came = _(
        "Messages reached %(delivered)s of them, %(opened)s opened their link, %(consented)s had agreed to the consent text "
        "in force, %(begun)s answered and %(completed)s completed the round: %(share)s of those asked.",
        share=percent(100 * steps.completed / steps.asked),
        **steps._asdict(),
    )
    return told(asked, came)


def _left(record: Record) -> Iterator[Block]:
    left = record.withdrawals
    if not left:
        return
    sentences = [
        ngettext(
            "%(num)s expert withdrew from the study by %(day)s.",
            "%(num)s experts withdrew from the study by %(day)s.",
            sum(left.values()),
            day=day(record.study, record.now),
        )
    ]
    kept = {
        Withdrawal.KEPT: ngettext(
            "%(num)s left the answers given so far.", "%(num)s left the answers given so far.",
            left.get(Withdrawal.KEPT, 0),
        ),
        Withdrawal.UNLINKED: ngettext(
            "%(num)s left the answers, without any link to the person.",
            "%(num)s left the answers, without any link to the person.",
            left.get(Withdrawal.UNLINKED, 0),
        ),
        Withdrawal.DELETED: ngettext(
            "%(num)s had the answers deleted on which nothing was decided, and is not counted as asked in a round that "
            "was open then.",
            "%(num)s had the answers deleted on which nothing was decided, and are not counted as asked in a round that "
            "was open then.",
            left.get(Withdrawal.DELETED, 0),
        ),
    }  # fmt: skip
    yield Paragraph(told(*sentences, *(text for choice, text in kept.items() if left.get(choice))))


def _table(record: Record) -> Table:
    rows = [
        row
        for one in record.rounds
        for code, name in record.group_names.items()
        for row in _row(record.expert_flows[one.id], code, name, record.panels_asked(one))
    ]
    counts = (
        *(_("Asked"), _("Delivered"), _("Opened"), _("Consented"), _("Answered"), _("Completed")),
        *(_("Declined"), _("Withdrew")),
    )
    columns = (
        Column(_("Round"), Shape.COUNT),
        Column(_("Panel"), width=3),
        *(Column(title, Shape.COUNT) for title in counts),
    )
    return Table("expert-flow", _("Experts in each round, by panel"), columns, rows, _note(record))


def _row(flow: RoundFlow, code: str, name: str, asked: Collection[str]) -> Iterator[tuple[Cell, ...]]:
    if code in flow.steps:
        yield (flow.round.number, name, *flow.steps[code])
    elif code == POOLED or code in asked:
        yield (flow.round.number, name, not_shown(), *[None] * 7)


def _note(record: Record) -> str:
    return told(
        _(
            "Each step up to “completed” counts whoever came further too. Completed: handed in, or nothing left to answer. "
            "Declined and withdrew: of those asked, who have done so by %(day)s, whenever it was.",
            day=day(record.study, record.now),
        ),
        _(
            "An expert of several panels counts in each, and once among all. Panels of fewer than %(count)s experts are "
            "not shown, nor are others from which they could be worked out.",
            count=record.minimum_group_size,
        )
        if any(one.hides for one in record.expert_flows.values())
        else _("An expert of several panels counts in each, and once among all."),
        _cut(record),
    )


def _cut(record: Record) -> str:
    left = record.withdrawals
    if not left.get(Withdrawal.UNLINKED) and not left.get(Withdrawal.DELETED):
        return ""
    return _(
        "Of those who left without a link to their answers, deliveries and consent are no longer on record beside the answers."
    )
