"""The documents that a study's record is told in. A new one is a line here; its page and files come with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from delphi.domain.errors import NotFound
from delphi.models import Study
from delphi.reports.document import Document
from delphi.services.reporting import checklists, framework, study_report

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


def of(_study: Study) -> Mapping[str, DocumentKind]:
    """By key, in the order of the overview; a study's panels may have documents of their own."""
    return {one.key: one for one in (REPORT, FRAMEWORK, *CHECKLISTS)}


def get(study: Study, key: str) -> DocumentKind:
    found = of(study).get(key)
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
