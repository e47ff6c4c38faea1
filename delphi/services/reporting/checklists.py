"""Reporting checklists filled in from the record: the answer to each question, where it stands, and what proves it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from flask_babel import force_locale

from delphi.models import Study
from delphi.reports.document import Block, Column, Document, Paragraph, Reference, Section, Shape, Table
from delphi.services.reporting import evidence_of_methods, evidence_of_results, front, study_report, texts
from delphi.services.reporting.evidence import Evidence
from delphi.services.reporting.phrases import day, told
from delphi.services.reporting.record import Record
from delphi.words import events, gettext as _, lead_in, translated

NAMES = ("accord", "delphistar", "credes")
FINDERS = evidence_of_methods.FINDERS | evidence_of_results.FINDERS
FOLDER = resources.files("delphi.reports") / "checklists"


@dataclass(frozen=True)
class Question:
    """`asks` is our own short wording; `confidence`: read, heading or memory; `section` one of the study report."""

    id: str
    part: str
    asks: Mapping[str, str]
    evidence: str
    section: str
    confidence: str


@dataclass(frozen=True)
class Checklist:
    name: str
    title: str
    citation: str
    doi: str
    parts: Mapping[str, Mapping[str, str]]
    questions: Sequence[Question]


@dataclass(frozen=True)
class Answer:
    """`found` from the record, `own` where the team has written in the section; `section` None: not in the report."""

    question: Question
    found: Evidence | None
    own: str
    section: Section | None

    @property
    def documented(self) -> bool:
        return self.found is not None or bool(self.own)


@cache
def read(name: str) -> Checklist:
    raw: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return Checklist(
        raw["name"],
        raw["title"],
        raw["citation"],
        raw["doi"],
        {one["key"]: one["title"] for one in raw["parts"]},
        [Question(**one) for one in raw["items"]],
    )


def answers(record: Record, checklist: Checklist, language: str) -> list[Answer]:
    """One for each question, in order; asked for in the locale of `language`."""
    omitted = texts.omitted(record.study, study_report.KEY)
    sections = {one.key: one for one in study_report.sections(record, language, omitted)}
    return [_answer(record, one, sections.get(one.section)) for one in checklist.questions]


def _answer(record: Record, question: Question, section: Section | None) -> Answer:
    own = (
        _("In the team’s words, section “%(title)s”.", title=section.title) if section and section.own else ""
    )
    return Answer(question, FINDERS[question.evidence](record), own, section)


def of(study: Study, name: str, language: str, *, now: datetime) -> Document:
    checklist, record = read(name), Record(study, now)
    with force_locale(language):
        given = answers(record, checklist, language)
        parts = [
            Section(key, translated(title), "", [_table(record, key, title, given)])
            for key, title in checklist.parts.items()
        ]
        return Document(
            f"checklist-{name}",
            translated(study.title),
            _("%(name)s checklist", name=checklist.name),
            language,
            now,
            facts=front.facts(record),
            mark=front.mark(record),
            sections=[_about(checklist, given), *parts],
        )


def _about(checklist: Checklist, given: Sequence[Answer]) -> Section:
    blocks: list[Block] = [
        Paragraph(
            told(
                f"{lead_in(checklist.name)} {checklist.title}.",
                _(
                    "Official checklist: %(citation)s, https://doi.org/%(doi)s.",
                    citation=checklist.citation,
                    doi=checklist.doi,
                ),
                _(
                    "What stands here are short paraphrases of our own; for the wording that counts, see there."
                ),
                _sure(given),
            )
        ),
        Paragraph(
            _(
                "Documented: %(documented)s of %(all)s. Of these %(record)s have an answer from the record of the study; the others are "
                "answered by the team’s own words, and whether those words answer is for the team to check.",
                documented=sum(one.documented for one in given),
                all=len(given),
                record=sum(one.found is not None for one in given),
            )
        ),
    ]
    return Section("about", _("About this checklist"), "", blocks)


def _sure(given: Iterable[Answer]) -> str:
    counts = Counter(one.question.confidence for one in given)
    told_of = {
        "read": _(
            "Paraphrased after reading the explanatory text of the item: %(count)s.", count=counts["read"]
        ),
        "heading": _(
            "Paraphrased after reading the explanatory text or an example, the heading itself rebuilt: %(count)s.",
            count=counts["heading"],
        ),
        "memory": _(
            "Paraphrased from memory, to be compared with the official text: %(count)s.",
            count=counts["memory"],
        ),
    }
    return told(*(text for key, text in told_of.items() if counts[key]))


def _table(record: Record, key: str, title: Mapping[str, str], given: Iterable[Answer]) -> Table:
    columns = (
        Column(_("No."), Shape.CODE),
        Column(_("What it asks"), width=3),
        Column(_("Answer"), width=4),
        Column(_("Where in the report"), width=2),
        Column(_("What proves it"), width=3),
    )
    rows = [
        (
            one.question.id,
            translated(one.question.asks),
            _told(one),
            _where(one),
            _proof(record, one.found),
        )
        for one in given
        if one.question.part == key
    ]
    return Table(f"part-{key}", translated(title), columns, rows)


def _told(one: Answer) -> str:
    if not one.documented:
        return _("Not documented")
    return told(one.found.fact if one.found else "", one.own)


def _where(one: Answer) -> Reference | None:
    """The section, where it is in the report and says something of this."""
    if one.section is None or not one.documented:
        return None
    return Reference.to(study_report.KEY, one.section.key, one.section.title)


def _proof(record: Record, found: Evidence | None) -> str | None:
    if found is None or found.event is None:
        return None
    facts = dict(found.event.facts)
    if "digest" in facts:
        facts["digest"] = f"{facts['digest'][: front.SHORT]}…"
    words = events.sentence(found.event.kind, facts)
    return f"{lead_in(day(record.study, found.event.happened_at))} {words}"
