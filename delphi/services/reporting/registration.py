"""When the protocol was sealed and with which SHA-256, and every amendment with its reason."""

from __future__ import annotations

from datetime import datetime

from flask_babel import ngettext

from delphi.models import Protocol, Round
from delphi.reports.document import Block, Column, Paragraph, Points, Shape, Table
from delphi.services.reporting.phrases import instant, quoted, told, version_name
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    if not record.sealed:
        return [Paragraph(_("The protocol of this study is not sealed: its rules can still change."))]
    return [Paragraph(_sealed(record)), *_amendments(record), _versions(record)]


def _sealed(record: Record) -> str:
    first = record.sealed[0]
    title = record.parsed(first).title
    facts = {"moment": instant(record.study, _moment(first)), "zone": record.study.time_zone}
    return told(
        _("The protocol “%(title)s” was sealed on %(moment)s (%(zone)s).", title=title, **facts)
        if title
        else _("The protocol was sealed on %(moment)s (%(zone)s).", **facts),
        _before_data(record, first),
        _(
            "From then on its criteria, scales and rules could not be changed, but only amended under a new number "
            "and with a reason. The SHA-256 of each version stands in the table; whoever has the document can "
            "compute it again."
        ),
    )


def _before_data(record: Record, first: Protocol) -> str:
    opened = record.rounds[0].opened_at if record.rounds else None
    if opened is None:
        return _("No round had opened when this report was made.")
    if opened < _moment(first):
        return ""
    return _(
        "Round %(number)s, the first, opened on %(moment)s.",
        number=record.rounds[0].number,
        moment=instant(record.study, opened),
    )


def _amendments(record: Record) -> list[Block]:
    later = record.sealed[1:]
    if not later:
        return [Paragraph(_("It was not amended."))]
    after = sum(one.after_data for one in later)
    marked = ngettext(
        "%(num)s of them was made after the first round had opened and is marked “after data”.",
        "%(num)s of them were made after the first round had opened and are marked “after data”.",
        after,
    )
    count = ngettext("It was amended once.", "It was amended %(num)s times.", len(later))
    if len(later) == after == 1:
        marked = _("This was after the first round had opened, and the amendment is marked “after data”.")
    return [
        Paragraph(told(count, marked if after else _("This was before any round had opened."))),
        Points([_amendment(record, one) for one in later]),
    ]


def _amendment(record: Record, one: Protocol) -> str:
    facts = {
        "number": one.number - 1,
        "moment": instant(record.study, _moment(one)),
        "reason": quoted(one.reason),
    }
    if not one.after_data:
        return _("Amendment %(number)s, %(moment)s. Reason: %(reason)s.", **facts)
    told_of = _("Amendment %(number)s, %(moment)s, after data. Reason: %(reason)s.", **facts)
    running = _running(record, one)
    if running is None:
        return told_of
    return told(told_of, _("Round %(number)s had opened last.", number=running.number))


def _running(record: Record, amendment: Protocol) -> Round | None:
    """The round that had opened last when it was made."""
    earlier = [one for one in record.rounds if one.opened_at and one.opened_at <= _moment(amendment)]
    return earlier[-1] if earlier else None


def _versions(record: Record) -> Table:
    rows = [
        (
            version_name(one),
            instant(record.study, _moment(one)),
            _("yes") if one.after_data else _("no"),
            one.digest,
        )
        for one in record.sealed
    ]
    columns = (
        Column(_("Version"), width=2),
        Column(_("Sealed"), width=2),
        Column(_("After data")),
        Column("SHA-256", Shape.CODE, width=4),
    )
    note = _("After data: the first round had opened. Times are of %(zone)s.", zone=record.study.time_zone)
    return Table("protocol-versions", _("Versions of the protocol"), columns, rows, note)


def _moment(one: Protocol) -> datetime:
    """When it was sealed; the record holds sealed versions only."""
    return one.sealed_at or one.updated_at
