"""Who took part, as they told about themselves."""

from __future__ import annotations

from flask_babel import ngettext

from delphi.domain.question_answers import NOT_SAID
from delphi.reports.document import Block, Cell, Column, Paragraph, Shape, Table
from delphi.services import participants, questions
from delphi.services.participants import Answered, Attributes, Count
from delphi.services.reporting.phrases import not_shown
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, translated


def write(record: Record) -> list[Block]:
    if not record.scored:
        return []
    found = participants.counted(questions.of(record.study), _took_part(record), record.minimum_group_size)
    if found.total is None:
        return [Paragraph(_("Too few experts took part for anything to be told of them."))]
    total = ngettext(
        "%(num)s expert answered at least one item.",
        "%(num)s experts answered at least one item.",
        found.total,
    )
    tables = [_table(one, found.total, number) for number, one in enumerate(found.answered, 1)]
    return [Paragraph(total), *tables]


def _took_part(record: Record) -> list[Attributes]:
    """What those told about themselves who answered something in a closed round."""
    answered = {
        stand.expert_id
        for one in record.rounds
        if one.closed_at
        for stand in record.progress[one.id]
        if stand.answered
    }
    return [one.attributes for one in record.experts if one.id in answered]


def _table(found: Answered, total: int, number: int) -> Table:
    note = [_("Percentages are of the %(total)s experts who took part.", total=total)]
    if found.question.several:
        note.append(_("Several answers could be given, so they add up to more than all."))
    if any(one.number is None for one in found.counts):
        note.append(
            _(
                "“Not shown”: the number, or what could be computed from it, would tell of fewer experts than "
                "the study’s smallest group."
            )
        )
    return Table(
        f"participants-{number}",
        translated(found.question.text, found.question.attribute),
        [
            Column(_("Answer"), width=3),
            Column(_("Experts"), Shape.COUNT),
            Column("%", Shape.PERCENT, digits=1),
        ],
        [_row(one, total) for one in found.counts],
        note=" ".join(note),
    )


def _row(one: Count, total: int) -> list[Cell]:
    if one.label is not None:
        name = translated(one.label, one.value)
    else:
        name = _("Prefer not to say") if one.value == NOT_SAID else _("No answer")
    return [name, not_shown(), None] if one.number is None else [name, one.number, 100 * one.number / total]
