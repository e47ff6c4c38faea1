"""How much the outcome rests on the choice of rule, and on single experts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from flask_babel import ngettext

from delphi.domain.analyses import Content
from delphi.reports.document import Block, Cell, Column, Paragraph, Shape, Table
from delphi.scoring.rules import Verdict
from delphi.services.reporting.phrases import not_shown
from delphi.services.reporting.rated import Line
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label

SEALED = "sealed"
VERDICTS = tuple(verdict.value for verdict in Verdict)

Found = tuple[Line, Content]


def write(record: Record) -> list[Block]:
    found = list(_analysed(record))
    if not found:
        return []
    depend = sum(1 for _line, content in found if content["rule_sensitive"])
    explained = _(
        "Each item was judged again, on the answers of its last round, by every set of rules that ships with the "
        "software and fits the scale. The sealed rules alone decided."
    )
    counted = ngettext(
        "The fate of %(num)s item of %(total)s depends on the choice of rule.",
        "The fate of %(num)s items of %(total)s depends on the choice of rule.",
        depend,
        total=len(found),
    )
    return [Paragraph(explained), Paragraph(counted), _by_rule(found), _by_item(found)]


def _analysed(record: Record) -> Iterator[Found]:
    for line in record.rated.last:
        if content := record.analysis(line):
            yield line, content


def _by_rule(found: Sequence[Found]) -> Table:
    names = list(dict.fromkeys(name for _line, content in found for name in content["presets"]))
    counts = {
        name: Counter(content["presets"][name] for _line, content in found if name in content["presets"])
        for name in names
    }
    return Table(
        "rules-compared",
        _("Items by verdict, under the sealed rules and under others"),
        [
            Column(_("Rules"), width=3),
            *(Column(label("verdict", one), Shape.COUNT) for one in VERDICTS),
            Column(_("Judged otherwise"), Shape.COUNT),
        ],
        [
            [
                rule_name(name),
                *(counts[name][one] for one in VERDICTS),
                sum(1 for _line, content in found if name in content["against"]),
            ]
            for name in names
        ],
        note=_(
            "“Judged otherwise”: items that these rules let in, out or leave open where the sealed ones do not. Items are missing where a "
            "verdict would tell of a panel too small to be shown."
        ),
    )


def rule_name(name: str) -> str:
    return _("The sealed rules of this study") if name == SEALED else label("preset-title", name)


def _by_item(found: Sequence[Found]) -> Table:
    return Table(
        "fragility",
        _("How much each verdict rests on single experts and on the rule"),
        [
            Column(_("Item"), Shape.CODE),
            Column(_("Statement"), width=3),
            Column(_("Round"), Shape.COUNT),
            Column(_("Verdict")),
            Column(_("Turned by so many"), Shape.COUNT),
            Column(_("Would become")),
            Column(_("Holds"), Shape.PERCENT, digits=1),
            Column(_("Rules that say otherwise"), width=3),
        ],
        [_row(line, content) for line, content in found],
        note=_(
            "“Turned by so many”: the fewest experts whose change of answer gives another verdict; a dash where no change does. “Holds”: share "
            "of 1,000 draws of experts like these that gave the same verdict."
        ),
    )


def _row(line: Line, content: Content) -> list[Cell]:
    flip, holds = content["fragility"], content["holds"]
    turned = [not_shown(), None] if flip is None else [_turned(flip), _becomes(flip)]
    return [
        line.code,
        line.title,
        line.round.number,
        label("verdict", line.stored.verdict),
        *turned,
        None if holds is None else 100 * holds,
        "; ".join(rule_name(name) for name in content["against"]) or None,
    ]


def _turned(flip: Content) -> Cell:
    """Where the search was not exhaustive, what is known is a most and a least."""
    raters: int | None = flip["raters"]
    if raters is None or flip["exact"]:
        return raters
    return _("%(least)s to %(most)s", least=flip["at_least"], most=raters)


def _becomes(flip: Content) -> str | None:
    return label("verdict", flip["becomes"]) if flip["becomes"] else None
