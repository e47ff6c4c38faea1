"""Results by domain and item: the last round in which each was rated, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from delphi.domain.protocols import StudyProtocol
from delphi.models import Domain
from delphi.reports.document import Block, Cell, Column, Drawing, Heading, Paragraph, Shape, Table
from delphi.reports.figures import panels as side_by_side
from delphi.scoring.rules import POOLED
from delphi.services.reporting.phrases import not_shown
from delphi.services.reporting.rated import Line, value
from delphi.services.reporting.record import Record
from delphi.words import gettext as _, label, translated

BANDS = ("low", "middle", "high")


def write(record: Record) -> list[Block]:
    lines = {line.item.id: line for line in record.rated.last}
    if not lines:
        return []
    blocks: list[Block] = [Paragraph(_explained(list(lines.values())))]
    number = 0
    for domain, results in record.results.by_domain:
        rated = [lines[one.item.id] for one in results if one.item.id in lines]
        if rated:
            number += 1
            blocks += _of_domain(record, domain_name(domain, record.results.domains), rated, number)
    return [*blocks, *_overridden(line for line in record.rated.every if line.reason)]


def _explained(lines: Sequence[Line]) -> str:
    told = [
        _(
            "Each item stands with its numbers from the last round in which it was rated. “Asked” counts the experts "
            "it was put to, n those who gave a rating; “unable” chose not to rate and are in no percentage. "
            "Percentages are of n; the interval is Wilson’s, of the high band, with 95 per cent confidence."
        )
    ]
    return " ".join([*told, *_bands([line.protocol for line in lines])])


def _bands(protocols: Sequence[StudyProtocol]) -> Iterator[str]:
    """The points of each band, once for each way in which a criterion was ever cut."""
    seen = set()
    for one in protocols:
        for key, criterion in one.rules.criteria.items():
            spans = {str(name): _span(*span) for name, span in criterion.scale.bands.named()}
            said = _(
                "The bands of %(criterion)s: low %(low)s, middle %(middle)s, high %(high)s.",
                criterion=key,
                **{band: spans.get(band, "–") for band in BANDS},
            )
            if said not in seen:
                seen.add(said)
                yield said


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def domain_name(domain: Domain | None, tree: Mapping[int, Domain]) -> str:
    """With what it lies in, such as “The law · Orders”."""
    if domain is None:
        return _("No domain")
    above = tree.get(domain.parent_id or 0)
    own = translated(domain.name)
    return f"{translated(above.name)} · {own}" if above else own


def _of_domain(record: Record, name: str, lines: Sequence[Line], number: int) -> Iterator[Block]:
    yield Heading(name, anchor=f"results-domain-{number}")
    several = any(len(line.criteria) > 1 for line in lines)
    yield Table(
        f"results-{number}",
        _("%(domain)s: results by item", domain=name),
        [*_first_columns(several), *number_columns(), Column(_("Verdict")), Column(_("Decision"))],
        [
            [
                *_first_cells(line, criterion, several),
                *numbers(record, line, criterion, POOLED),
                label("verdict", line.stored.verdict),
                decision(line),
            ]
            for line in lines
            for criterion in line.criteria
        ],
        note=not_shown_note(),
    )
    by_panel = list(_panel_rows(record, lines, several))
    if by_panel:
        yield Table(
            f"results-panels-{number}",
            _("%(domain)s: the panels, where the rules look at each", domain=name),
            [*_first_columns(several, title=False), Column(_("Panel"), width=2), *number_columns()],
            by_panel,
            note=not_shown_note(),
        )
        yield from _drawn(record, name, lines, number)


def number_columns() -> list[Column]:
    percents = (_("Low"), _("Middle"), _("High"), _("High, from"), _("to"))
    return [
        Column(_("Asked"), Shape.COUNT),
        Column("n", Shape.COUNT),
        Column(_("Unable"), Shape.COUNT),
        *(Column(title, Shape.PERCENT, digits=1) for title in percents),
        Column(_("Median"), Shape.NUMBER, digits=1),
        Column(_("IQR"), Shape.NUMBER, digits=1),
    ]


def not_shown_note() -> str:
    return _("“Not shown”: too few experts rated for the number to be told without telling who said what.")


def numbers(record: Record, line: Line, criterion: str, group: str) -> list[Cell]:
    """Cells of `number_columns`, to the last digit."""
    summary = line.summary(criterion, group)
    if summary is None:
        return [None, not_shown(), *[None] * 8]
    interval = summary["high"].get("interval") or (None, None)
    return [
        record.rated.asked(line, group),
        summary["n"],
        summary["unable"],
        *(value(summary[band]["percent"]) for band in BANDS),
        *interval,
        value(summary["median"]),
        value(summary["iqr"]),
    ]


def decision(line: Line) -> str | None:
    return label("outcome", line.outcome) if line.outcome else None


def _first_columns(several: bool, title: bool = True) -> list[Column]:
    return [
        Column(_("Item"), Shape.CODE),
        *([Column(_("Statement"), width=4)] if title else []),
        *([Column(_("Criterion"))] if several else []),
        Column(_("Round"), Shape.COUNT),
    ]


def _first_cells(line: Line, criterion: str, several: bool, title: bool = True) -> list[Cell]:
    return [
        line.code,
        *([line.title] if title else []),
        *([criterion] if several else []),
        line.round.number,
    ]


def looks_at_panels(protocol: StudyProtocol, criterion: str) -> bool:
    return any(rule.criterion == criterion and rule.panels != POOLED for rule in protocol.rules.rules)


def _panel_rows(record: Record, lines: Sequence[Line], several: bool) -> Iterator[list[Cell]]:
    for line in lines:
        for criterion in line.criteria:
            if not looks_at_panels(line.protocol, criterion):
                continue
            held = line.stored.judgement["summaries"].get(criterion, {})
            for code, name in record.panel_names.items():
                if code in held:
                    start = _first_cells(line, criterion, several, title=False)
                    yield [*start, name, *numbers(record, line, criterion, code)]


def _drawn(record: Record, name: str, lines: Sequence[Line], number: int) -> Iterator[Block]:
    """The panels side by side, as far as two or more are shown."""
    found = [
        one
        for line in lines
        for code in record.panel_names
        if (one := line.numbers(line.criteria[0], code)) is not None
    ]
    if len({one.group for one in found}) < 2:
        return
    for page in range(1, side_by_side.pages(found) + 1):
        drawn = side_by_side.figure(found, record.panel_names, 0, page)
        caption = _(
            "Percent of each panel in the high band, in the last round in which the item was rated. Those on which "
            "the panels differ most stand first; a panel is missing where too few of it rated for its number to be "
            "shown."
        )
        title = _("%(domain)s: panels side by side", domain=name)
        key = f"panels-{number}" if page == 1 else f"panels-{number}-{page}"
        yield Drawing(key, replace(drawn, title=title, caption=caption))


def _overridden(lines: Iterator[Line]) -> Iterator[Block]:
    rows: list[Sequence[Cell]] = [
        [
            line.code,
            line.title,
            line.round.number,
            label("verdict", line.stored.verdict),
            decision(line),
            line.reason,
        ]
        for line in lines
    ]
    if not rows:
        return
    yield Heading(_("Decisions with a reason"), anchor="results-reasons")
    yield Table(
        "reasons",
        _("Decisions that were given a reason"),
        [
            Column(_("Item"), Shape.CODE),
            Column(_("Statement"), width=3),
            Column(_("Round"), Shape.COUNT),
            Column(_("Verdict")),
            Column(_("Decision")),
            Column(_("Reason"), width=4),
        ],
        rows,
    )
