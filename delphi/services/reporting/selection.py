"""Who was chosen for the study and whom each round asked: what the record knows of it."""

from __future__ import annotations

from flask_babel import ngettext

from delphi.domain.states import Invited
from delphi.models import Round
from delphi.reports.document import Block, Column, Paragraph, Points, Shape, Table
from delphi.services.reporting.membership import Membership
from delphi.services.reporting.phrases import listed, not_shown, told
from delphi.services.reporting.record import Record
from delphi.words import gettext as _


def write(record: Record) -> list[Block]:
    members = Membership.of(record)
    if not record.panels:
        return []
    blocks: list[Block] = [Paragraph(told(_entered(members), _panels(record), _joined(members)))]
    if members.total:
        blocks.append(_table(record, members))
    if record.rounds:
        blocks.append(Paragraph(_("Each round asked experts of the panels chosen for it:")))
        blocks.append(Points([_asked(record, one) for one in record.rounds]))
    return blocks


def _entered(members: Membership) -> str:
    if not members.total:
        return _("No expert has been entered into the study.")
    if not members.shows_everybody:
        return _("Experts were entered into the study, fewer than may be told.")
    return ngettext(
        "%(num)s expert was entered into the study.",
        "%(num)s experts were entered into the study.",
        members.total,
    )


def _panels(record: Record) -> str:
    return ngettext(
        "There was %(num)s panel: %(panels)s.",
        "There were %(num)s panels: %(panels)s.",
        len(record.panels),
        panels=listed(record.panel_names.values()),
    )


def _joined(members: Membership) -> str:
    if not members.late:
        return ""
    return ngettext(
        "%(num)s of the experts joined after the first round had opened.",
        "%(num)s of the experts joined after the first round had opened.",
        members.late,
    )


def _table(record: Record, members: Membership) -> Table:
    rows = [
        (name, members.sizes[code] if code in members.shown else not_shown())
        for code, name in record.panel_names.items()
    ]
    rows.append((_("All experts"), members.total if members.shows_everybody else not_shown()))
    note = _(
        "An expert of several panels counts in each, and once among all. Panels of fewer than %(count)s experts are "
        "not shown, nor are others from which they could be worked out.",
        count=members.minimum,
    )
    columns = (Column(_("Panel"), width=3), Column(_("Experts"), Shape.COUNT))
    return Table("panels", _("Experts entered into the study, by panel"), columns, rows, note)


def _asked(record: Record, one: Round) -> str:
    facts = {
        "number": one.number,
        "panels": listed(record.panels_asked(one).values()),
    }
    if one.invited is Invited.RESPONDENTS:
        return _(
            "Round %(number)s: those of %(panels)s who had answered in the round before.",
            **facts,
        )
    return _("Round %(number)s: everybody of %(panels)s who had neither declined nor left.", **facts)
