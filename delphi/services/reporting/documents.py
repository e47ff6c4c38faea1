"""The documents that a study's record is told in. A new one is a line here; its page and files come with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import NotFound
from delphi.models import Round, StoredVerdict, Study
from delphi.reports.document import Document
from delphi.scoring.rules import POOLED
from delphi.services import panels
from delphi.services.reporting import checklists, framework, panel_summary, study_report, summary
from delphi.words import translated

# Study, language, now.
Build = Callable[[Study, str, datetime], Document]


class DocumentKind(NamedTuple):
    """`about` says what it is for; `sections` are those the team may write in or leave out."""

    key: str
    title: Any
    about: Any
    build: Build
    sections: Sequence[study_report.Kind] = ()


REPORT = DocumentKind(
    study_report.KEY,
    _l("Study report"),
    _l("Methods, flows of experts and items, every result with its denominator: the basis of a paper."),
    lambda study, language, now: study_report.of(study, language, now=now),
    study_report.SECTIONS,
)

FRAMEWORK = DocumentKind(
    framework.KEY,
    _l("Framework"),
    _l("The promoted items by part and domain, each with how it got there: what the study hands on."),
    lambda study, language, now: framework.of(study, language, now=now),
    framework.SECTIONS,
)


def _checklist(name: str) -> DocumentKind:
    return DocumentKind(
        f"checklist-{name}",
        _l("%(name)s checklist", name=name.upper()),
        _l(
            "Each question with the answer from the record, where it stands in the report, and what proves it."
        ),
        lambda study, language, now: checklists.of(study, name, language, now=now),
    )


CHECKLISTS = tuple(_checklist(name) for name in checklists.NAMES)


SUMMARY = DocumentKind(
    summary.KEY,
    _l("Plain-language summary"),
    _l("Two pages in everyday words: what was asked, of whom, what came out and what comes next."),
    lambda study, language, now: summary.of(study, language, now),
    summary.SECTIONS,
)


OF_EVERY_STUDY = {one.key: one for one in (REPORT, SUMMARY, FRAMEWORK, *CHECKLISTS)}


def of(study: Study) -> Mapping[str, DocumentKind]:
    """By key, in the order of the overview; each panel large enough to be shown has one of its own."""
    return OF_EVERY_STUDY | {one.key: one for one in _of_panels(study)}


def _of_panels(study: Study) -> Iterator[DocumentKind]:
    shown = panels_shown(study)
    for panel in panels.list_of(study) if len(shown) > 1 else ():
        if panel.code in shown:
            yield DocumentKind(
                panel_summary.PREFIX + panel.code,
                _l("Panel summary: %(name)s", name=translated(panel.name, panel.code)),
                _l("One panel’s answers beside those of the others, item by item."),
                panel_summary.build(panel.code),
                panel_summary.sections(panel.code),
            )


def panels_shown(study: Study) -> set[str]:
    """The groups of which some number of some round may be told."""
    query = (
        select(StoredVerdict.shown_groups)
        .join(Round, Round.id == StoredVerdict.round_id)
        .where(Round.study_id == study.id)
    )
    return {code for groups in session.scalars(query) for code in groups} - {POOLED}


def get(study: Study, key: str) -> DocumentKind:
    found = OF_EVERY_STUDY.get(key) or of(study).get(key)
    if found is None:
        raise NotFound("document.not_found")
    return found


def section(study: Study, key: str, name: str) -> study_report.Kind:
    """One that the team may write in."""
    found = next((one for one in get(study, key).sections if one.key == name), None)
    if found is None:
        raise NotFound("report_text.not_found")
    return found


def build(study: Study, key: str, language: str, *, now: datetime) -> Document:
    """In `language`, whichever the reader's is."""
    return get(study, key).build(study, language, now)
