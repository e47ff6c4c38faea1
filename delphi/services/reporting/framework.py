"""The final framework as a document: its overview, every area with its items, the glossary, who made it and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import force_locale, lazy_gettext as _l, ngettext

from delphi.models import Domain, Study
from delphi.reports import flower
from delphi.reports.document import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Picture,
    Points,
    Section,
    Shape,
    Table,
)
from delphi.services.framework import Area, Entry, Framework, Shelf
from delphi.services.reporting import front, provenance, texts
from delphi.services.reporting.phrases import date_there, not_shown, version_name
from delphi.services.reporting.record import Record
from delphi.services.reporting.study_report import Kind
from delphi.words import gettext as _, label, lead_in, translated

KEY = "framework"
FLOWER, LIST = "flower", "list"
STYLES = (FLOWER, LIST)


# The parts with a text of the team's own; areas have their narratives.
SECTIONS = (
    Kind("overview", _l("The framework at a glance"), _l("What the framework is for, and how to read it.")),
    Kind(
        "participants",
        _l("Who took part"),
        _l("Whom the panels stand for, and how they were brought together."),
    ),
    Kind(
        "method",
        _l("How it was made"),
        _l("What came before the rounds, and what a reader should know of them."),
    ),
)


def of(study: Study, language: str, *, now: datetime, style: str = FLOWER) -> Document:
    framework, record = Framework(study), Record(study, now)
    own, omitted = texts.of(study, KEY, language), texts.omitted(study, KEY)
    with force_locale(language):
        sections = [
            replace(one, own=own[one.key].text, own_language=own[one.key].language) if one.key in own else one
            for one in _sections(framework, style)
            if one.key not in omitted
        ]
        return Document(
            KEY,
            translated(study.title),
            _("The framework: what was promoted, and how it got there"),
            language,
            now,
            facts=[(_("Items"), str(len(framework.entries))), *front.facts(record)],
            mark=front.mark(record),
            sections=sections,
            left_out=omitted,
        )


def title_of(area: Area) -> str:
    return translated(area.domain.name) if area.domain else _("Other items")


def counted(area: Area) -> str:
    """What stands under a petal's name."""
    if area.blank:
        return _("left empty on purpose")
    return items(len(area.entries))


def items(count: int) -> str:
    return ngettext("%(num)s item", "%(num)s items", count)


def entry_title(entry: Entry) -> str:
    return translated(entry.texts("title"))


def drawing(framework: Framework, key: str, addresses: Sequence[str] = ()) -> flower.Flower:
    """`addresses`: where each area leads, by its number."""
    parts = framework.parts
    total = len(framework.entries)
    return flower.Flower(
        key=key,
        title=_("The framework at a glance"),
        description=in_words(framework),
        centre=(str(total), ngettext("item", "items", total)),
        parts=[translated(part.name) for part in parts],
        petals=[
            flower.Petal(
                name=title_of(area),
                note=counted(area),
                items=len(area.entries),
                part=parts.index(area.part) if area.part else None,
                blank=area.blank,
                address=addresses[area.number - 1] if addresses else "",
            )
            for area in framework.areas
        ],
    )


def explained(framework: Framework) -> str:
    """What stands under the drawing."""
    if any(area.blank for area in framework.areas):
        return _("A petal for each area, a dot for each item. Dashed petals were left empty on purpose.")
    return _("A petal for each area, a dot for each item.")


def in_words(framework: Framework) -> str:
    """What the drawing shows, for those who do not see it."""
    told = [_("%(name)s (%(count)s)", name=title_of(area), count=counted(area)) for area in framework.areas]
    return (
        lead_in(_("A flower with a petal for each area and a dot for each item"))
        + " "
        + "; ".join(told)
        + "."
    )


def _sections(framework: Framework, style: str) -> Iterator[Section]:
    yield Section("overview", _("The framework at a glance"), "", list(_overview(framework, style)))
    for part, areas in framework.by_part:
        if part is not None and areas[0].domain is not part:
            yield Section(
                f"part-{part.id}", translated(part.name), translated(part.narrative), _contents(areas)
            )
        for area in areas:
            own = translated(area.domain.narrative) if area.domain else ""
            yield Section(f"area-{area.number}", title_of(area), own, list(_area(framework, area)))
    yield Section("numbers", _("Last numbers of every item"), "", [_numbers(framework)])
    if framework.glossary:
        yield Section("glossary", _("Glossary"), "", [_glossary(framework)])
    yield Section("participants", _("Who took part"), "", people(framework))
    yield Section("method", _("How it was made"), "", list(method(framework)))


def _overview(framework: Framework, style: str) -> Iterator[Block]:
    if not framework.entries:
        yield Paragraph(_("No item has been promoted so far, so the framework is still empty."))
    if style == FLOWER and framework.areas:
        yield Picture(
            "flower",
            flower.svg(drawing(framework, "flower")),
            _("The framework at a glance"),
            explained(framework),
            in_words(framework),
        )
    if framework.areas:
        yield _areas(framework)


def _areas(framework: Framework) -> Table:
    columns = [
        Column(_("No."), Shape.COUNT),
        Column(_("Area"), width=4),
        Column(_("Items"), Shape.COUNT),
        Column(_("Why it has none"), width=4),
    ]
    rows: list[list[Cell]] = [
        [
            area.number,
            title_of(area),
            len(area.entries),
            translated(area.domain.left_empty) if area.blank and area.domain else None,
        ]
        for area in framework.areas
    ]
    if framework.parts:
        columns.insert(1, Column(_("Part"), width=2))
        for area, row in zip(framework.areas, rows, strict=True):
            row.insert(1, translated(area.part.name) if area.part else None)
    return Table("areas", _("Parts and areas of the framework"), columns, rows)


def _contents(areas: Sequence[Area]) -> list[Block]:
    return [Points([_("%(name)s (%(count)s)", name=title_of(area), count=counted(area)) for area in areas])]


def _area(framework: Framework, area: Area) -> Iterator[Block]:
    if area.part is not None and area.domain is not area.part:
        yield Paragraph(_("Part of “%(name)s”.", name=translated(area.part.name)))
    if area.blank and area.domain:
        yield Paragraph(empty_reason(area.domain))
    elif not area.entries:
        yield Paragraph(_("No item of this area was promoted."))
    for shelf in area.shelves:
        yield from _shelf(framework, shelf)


def empty_reason(domain: Domain) -> str:
    return lead_in(_("Left empty on purpose")) + " " + translated(domain.left_empty)


def _shelf(framework: Framework, shelf: Shelf) -> Iterator[Block]:
    level = 1
    if shelf.subdomain is not None:
        level = 2
        yield Heading(translated(shelf.subdomain.name), 1)
        if narrative := translated(shelf.subdomain.narrative):
            yield Paragraph(narrative)
        if shelf.subdomain.left_empty and not shelf.entries:
            yield Paragraph(empty_reason(shelf.subdomain))
    for entry in shelf.entries:
        yield from _item(framework, entry, level)


def _item(framework: Framework, entry: Entry, level: int) -> Iterator[Block]:
    yield Heading(f"{entry.item.code} · {entry_title(entry)}", level, f"item-{entry.item.id}")
    if description := translated(entry.texts("description")):
        yield Paragraph(description)
    if examples := translated(entry.texts("examples")):
        yield Points(examples.splitlines())
    numbers = [
        provenance.in_numbers(framework, one) for one in framework.finals(entry) if one.group == "pooled"
    ]
    yield Paragraph(" ".join([*provenance.sentences(entry), *(f"{one}." for one in numbers)]))
    for words, others in (
        (_("Mentions"), entry.mentions),
        (_("Mentioned by"), entry.mentioned_by),
    ):
        if others:
            yield Paragraph(lead_in(words) + " " + "; ".join(named(other) for other in others) + ".")


def named(entry: Entry) -> str:
    return f"{entry.item.code} {entry_title(entry)}"


def _numbers(framework: Framework) -> Table:
    rows = [
        (
            entry.item.code,
            entry.scored.round.number if entry.scored else None,
            final.criterion,
            provenance.group_name(framework, final.group),
            final.n,
            final.high,
            final.percent,
            final.median,
        )
        for entry in framework.entries.values()
        for final in framework.finals(entry)
    ]
    return Table(
        "last_numbers",
        _("Last ratings of every item, everyone and by panel"),
        (
            Column(_("Item"), Shape.CODE, width=2),
            Column(_("Round"), Shape.COUNT),
            Column(_("Criterion"), width=2),
            Column(_("Group"), width=3),
            Column(_("n"), Shape.COUNT),
            Column(_("High band"), Shape.COUNT),
            Column(label("board-column", "high"), Shape.PERCENT, digits=1),
            Column(_("Median"), Shape.NUMBER, digits=1),
        ),
        rows,
        _("n: those who gave a rating, the denominator. Groups too small to show are left out."),
    )


def _glossary(framework: Framework) -> Table:
    rows = [(translated(one.term), translated(one.meaning)) for one in framework.glossary]
    return Table("glossary", _("Terms"), (Column(_("Term"), width=2), Column(_("Meaning"), width=6)), rows)


def people(framework: Framework) -> list[Block]:
    """Counts only, of groups that may be shown."""
    found = framework.people
    if found.total is None:
        return [Paragraph(_("Too few experts answered for their number to be told."))]
    told: list[Block] = [
        Paragraph(
            ngettext(
                "%(num)s expert answered at least once.",
                "%(num)s experts answered at least once.",
                found.total,
            )
        )
    ]
    if found.by_panel:
        told.append(
            Points(
                [
                    lead_in(provenance.group_name(framework, code)) + f" {count}"
                    for code, count in found.by_panel.items()
                ]
            )
        )
        told.append(
            Paragraph(_("An expert may belong to several panels. Panels too small to show are left out."))
        )
    return told


def method(framework: Framework) -> Iterator[Block]:
    yield Paragraph(
        _(
            "Experts rated the items in rounds; rules fixed before the first answer said what was promoted, "
            "and the team decided, on record."
        )
    )
    rows = [
        (
            stage.round.number,
            date_there(framework.study, stage.round.opened_at),
            date_there(framework.study, stage.round.closed_at),
            stage.items,
            stage.raters if stage.raters is not None else not_shown(),
        )
        for stage in framework.stages
    ]
    if rows:
        yield Table(
            "rounds",
            _("Rounds"),
            (
                Column(_("Round"), Shape.COUNT),
                Column(_("Opened"), Shape.DAY, width=2),
                Column(_("Closed"), Shape.DAY, width=2),
                Column(_("Items asked"), Shape.COUNT),
                Column(_("Experts who answered"), Shape.COUNT),
            ),
            rows,
        )
    if framework.sealed:
        yield Points([f"{lead_in(version_name(one))} SHA-256 {one.digest}" for one in framework.sealed])
