"""One panel beside the others: what it answered in each item's last round. Only panels that may be shown have one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import force_locale, lazy_gettext as _l, ngettext

from delphi.models import Study
from delphi.reports.document import Block, Cell, Column, Document, Paragraph, Shape, Table
from delphi.scoring.rules import POOLED
from delphi.services.reporting import front, texts
from delphi.services.reporting.item_results import decision, domain_name
from delphi.services.reporting.phrases import not_shown
from delphi.services.reporting.rated import Line, value
from delphi.services.reporting.record import Record
from delphi.services.reporting.study_report import Kind, assembled
from delphi.words import gettext as _, translated

PREFIX = "panel-"


def sections(code: str) -> tuple[Kind, ...]:
    def items(record: Record) -> list[Block]:
        return _items(record, code)

    def apart(record: Record) -> list[Block]:
        return _apart(record, code)

    return (
        Kind("about", _l("About this panel"), _l("Whom the panel stands for, and what matters to it.")),
        Kind(
            "apart", _l("Where it differs from the others"), _l("What may lie behind the differences."), apart
        ),
        Kind("items", _l("Item by item"), _l("What a reader of this panel should look at."), items),
    )


def build(code: str) -> Callable[[Study, str, datetime], Document]:
    key = PREFIX + code

    def of(study: Study, language: str, now: datetime) -> Document:
        record = Record(study, now)
        own, omitted = texts.of(study, key, language), texts.omitted(study, key)
        with force_locale(language):
            name = record.panel_names.get(code, code)
            return Document(
                key,
                translated(study.title),
                _("Summary for the panel %(name)s", name=name),
                language,
                now,
                mark=front.mark(record),
                sections=assembled(sections(code), own, omitted, record),
                left_out=omitted,
            )

    return of


def _shown(record: Record, code: str) -> list[Line]:
    """The last rounds of the items on which the panel may be shown."""
    return [line for line in record.rated.last if code in line.stored.shown_groups]


def _apart(record: Record, code: str) -> list[Block]:
    lines = _shown(record, code)
    if not lines:
        return []
    far = [line for line in lines if _differs(record, line, code)]
    said = ngettext(
        "On %(num)s item of %(total)s this panel is apart from another or from the rule that holds elsewhere.",
        "On %(num)s items of %(total)s this panel is apart from another or from the rule that holds elsewhere.",
        len(far),
        total=len(lines),
    )
    return [
        Paragraph(said),
        *([_table(record, code, far, "apart", _("Items on which the panel differs"))] if far else []),
    ]


def _differs(record: Record, line: Line, code: str) -> bool:
    criteria = record.analysis(line).get("criteria", {})
    return any(
        any(code in pair for pair in own["opposed"])
        or (own["rule_splits"] and any(side == [code] for side in own["rule_splits"]))
        for own in criteria.values()
    )


def _items(record: Record, code: str) -> list[Block]:
    lines = {line.item.id: line for line in _shown(record, code)}
    blocks: list[Block] = []
    number = 0
    for domain, results in record.results.by_domain:
        own = [lines[one.item.id] for one in results if one.item.id in lines]
        if own:
            number += 1
            blocks.append(
                _table(record, code, own, f"items-{number}", domain_name(domain, record.results.domains))
            )
    return blocks


def _table(record: Record, code: str, lines: Sequence[Line], key: str, caption: str) -> Table:
    others = [one for one in record.panel_names if one != code]
    names = [
        record.panel_names.get(code, code),
        _("All experts"),
        *(record.panel_names[one] for one in others),
    ]
    several = any(len(line.criteria) > 1 for line in lines)
    return Table(
        key,
        caption,
        [
            Column(_("Item"), Shape.CODE),
            Column(_("Statement"), width=4),
            *([Column(_("Criterion"))] if several else []),
            Column(_("Round"), Shape.COUNT),
            Column("n", Shape.COUNT),
            Column(_("Median"), Shape.NUMBER, digits=1),
            *(Column(_("%(panel)s, high", panel=name), Shape.PERCENT, digits=1) for name in names),
            Column(_("Decision")),
        ],
        [
            [
                line.code,
                line.title,
                *([criterion] if several else []),
                line.round.number,
                *_own(line, criterion, code),
                *(_high(line, criterion, group) for group in (code, POOLED, *others)),
                decision(line),
            ]
            for line in lines
            for criterion in line.criteria
        ],
        note=_(
            "n and the median are of this panel; “high” is the percentage of each group in the high band."
        ),
    )


def _own(line: Line, criterion: str, code: str) -> list[Cell]:
    summary = line.summary(criterion, code) or {}
    return [summary.get("n"), value(summary.get("median", {}))]


def _high(line: Line, criterion: str, group: str) -> Cell:
    summary = line.summary(criterion, group)
    if summary is None:
        put = line.stored.judgement["summaries"].get(criterion, {})
        return not_shown() if group in put else None
    return value(summary["high"]["percent"])
