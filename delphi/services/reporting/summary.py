"""Two pages for readers who know nothing of the method: what was asked, of whom, what came out, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import force_locale, lazy_gettext as _l, ngettext

from delphi.models import Domain, Study
from delphi.reports.document import Block, Document, Heading, Paragraph, Points
from delphi.services.reporting import front, texts
from delphi.services.reporting.phrases import day, listed, told
from delphi.services.reporting.rated import title_of
from delphi.services.reporting.record import Record
from delphi.services.reporting.study_report import Kind, assembled
from delphi.words import gettext as _, translated

KEY = "summary"
MOST = 12  # items named under one heading, so that it stays two pages


def _asked(record: Record) -> list[Block]:
    found = record.results
    asked = [one for one in found.every if one.passages]
    if not asked:
        return []
    areas = [found.domains[one.item.domain_id] for one in asked if one.item.domain_id]
    names = list(dict.fromkeys(_area(one, found.domains) for one in areas))
    about = _("They are about: %(names)s.", names=listed(names)) if names else ""
    statements = ngettext(
        "Experts were asked about %(num)s statement.",
        "Experts were asked about %(num)s statements.",
        len(asked),
    )
    return [Paragraph(told(statements, about))]


def _area(domain: Domain, tree: Mapping[int, Domain]) -> str:
    """The name of the part or domain it lies in: a reader of two pages needs no sub-domains."""
    while domain.parent_id is not None:
        domain = tree[domain.parent_id]
    return translated(domain.name)


def _of_whom(record: Record) -> list[Block]:
    if not record.rounds:
        return []
    sentences = [
        ngettext(
            "Experts were asked in %(num)s round.",
            "Experts were asked in %(num)s rounds.",
            len(record.rounds),
        )
    ]
    for one in record.rounds:
        turnout = record.turnout(one)
        if turnout and one.opened_at:
            sentences.append(
                _(
                    "Round %(number)s began on %(day)s: %(answered)s of %(asked)s experts answered.",
                    number=one.number,
                    day=day(record.study, one.opened_at),
                    answered=turnout.started,
                    asked=turnout.asked,
                )
            )
    groups = _("They belong to these groups: %(names)s.", names=listed(record.panel_names.values()))
    return [Paragraph(told(*sentences, groups if len(record.panel_names) > 1 else ""))]


def _agreed(record: Record) -> list[Block]:
    """What was kept and what was not."""
    blocks: list[Block] = []
    for state, heading in (("promoted", _("Kept")), ("dropped", _("Not kept"))):
        titles = [title_of(one) for one in record.results.every if one.item.state == state]
        blocks += _named(heading, titles, state)
    return blocks


def _differ(record: Record) -> list[Block]:
    """Where groups or experts are divided, and what stayed open."""
    divided = [
        line.title
        for line in record.rated.last
        if {"polarised", "panels_disagree"} & set(record.analysis(line).get("flags", ()))
    ]
    unsettled = [
        title_of(one)
        for one in record.results.every
        if one.item.state in ("in_play", "candidate") and one.passages
    ]
    return [
        *_named(_("Experts or groups are divided"), divided, "divided"),
        *_named(_("No agreement so far"), unsettled, "unsettled"),
    ]


def _next(record: Record) -> list[Block]:
    if record.study.concluded_at:
        return [Paragraph(_("The study ended on %(day)s.", day=day(record.study, record.study.concluded_at)))]
    return (
        [Paragraph(_("The study goes on: what is still open can be asked again."))] if record.rounds else []
    )


def _named(heading: str, titles: Sequence[str], anchor: str) -> list[Block]:
    if not titles:
        return []
    more = len(titles) - MOST
    points = list(titles[:MOST])
    if more > 0:
        points.append(
            ngettext("and %(num)s more, in the full report", "and %(num)s more, in the full report", more)
        )
    return [Heading(f"{heading} ({len(titles)})", anchor=f"summary-{anchor}"), Points(points)]


SECTIONS: tuple[Kind, ...] = (
    Kind(
        "about",
        _l("What it is about"),
        _l("In one paragraph and everyday words: why you asked, and who will use the answer."),
    ),
    Kind("asked", _l("What was asked"), _l("An example of a statement helps."), _asked),
    Kind("of_whom", _l("Who was asked"), _l("Thank those who took part."), _of_whom),
    Kind("agreed", _l("What came out"), _l("What this means for those it is about."), _agreed),
    Kind("differ", _l("Where experts differ"), _l("Why they may differ, without taking a side."), _differ),
    Kind("next", _l("What happens next"), _l("Where the result will be used, and whom to ask."), _next),
)


def of(study: Study, language: str, now: datetime) -> Document:
    record = Record(study, now)
    own, omitted = texts.of(study, KEY, language), texts.omitted(study, KEY)
    with force_locale(language):
        return Document(
            KEY,
            translated(study.title),
            _("Summary in plain language"),
            language,
            now,
            facts=(),
            mark=front.mark(record),
            sections=assembled(SECTIONS, own, omitted, record),
            left_out=omitted,
        )
