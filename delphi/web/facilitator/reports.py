"""Documents told from the record: an overview, each as a page, and where the team writes in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale, get_locale, gettext as _
from flask_login import current_user
from markupsafe import Markup

from delphi.domain.errors import DomainError
from delphi.domain.languages import LANGUAGES
from delphi.domain.permissions import Permission
from delphi.models import Study
from delphi.reports.document import Document, Section
from delphi.services import report_files
from delphi.services.reporting import documents, texts, writing
from delphi.services.reporting.documents import DocumentKind
from delphi.services.reporting.writing import Draft
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.facilitator import blueprint
from delphi.web.guards import may, study_page


class Place(NamedTuple):
    """A section of the page; without `section` it is empty or left out, which writers alone are shown."""

    key: str
    title: str
    hint: str
    section: Section | None
    omitted: bool
    writable: bool


@blueprint.get("/studies/<int:study_id>/reports")
@study_page(Permission.VIEW_STUDY)
def reports(study: Study) -> str:
    kinds = documents.of(study)
    return render_template(
        "facilitator/reports/overview.html",
        kinds=kinds,
        formats=list(report_files.Format),
        written={key: texts.written(study, key) for key, kind in kinds.items() if kind.sections},
    )


@blueprint.get("/studies/<int:study_id>/reports/<document>")
@study_page(Permission.VIEW_STUDY)
def report(study: Study, document: str) -> str:
    kind, language = documents.get(study, document), _language()
    made = kind.build(study, language, clock.now())
    with force_locale(language):
        places = _places(kind, made)
        body = render_template(
            "facilitator/reports/body.html",
            document=made,
            places=places,
            reading=report_files.Reading(made, on_paper=False),
        )
    return render_template(
        "facilitator/reports/document.html",
        document=made,
        kind=kind,
        places=places,
        body=Markup(body),  # noqa: S704 - a template's, which has escaped everything
    )


def _language() -> str:
    """The one asked for, else the reader's."""
    asked = request.args.get("language", str(get_locale()))
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _places(kind: DocumentKind, made: Document) -> list[Place]:
    """Every section there is; for writers also those of theirs that are not."""
    sections = {one.key: one for one in made.sections}
    own = kind.sections if may(Permission.WRITE_REPORT) else ()
    places = {
        one.key: Place(one.key, one.title, "", one, omitted=False, writable=False) for one in made.sections
    }
    places |= {
        one.key: Place(
            one.key,
            str(one.title),
            str(one.hint),
            sections.get(one.key),
            one.key in made.left_out,
            writable=True,
        )
        for one in own
    }
    return [places[key] for key in _in_order(list(sections), [one.key for one in own])]


def _in_order(sections: list[str], own: Sequence[str]) -> list[str]:
    """What is not there stands before the next of the writers' own that is."""
    after = len(sections)
    for key in reversed(own):
        if key in sections:
            after = sections.index(key)
        else:
            sections.insert(after, key)
    return sections


@blueprint.get("/studies/<int:study_id>/reports/<document>/sections/<section>")
@study_page(Permission.WRITE_REPORT)
def write_section(study: Study, document: str, section: str) -> str:
    documents.section(study, document, section)
    return _form(study, document, section, writing.current(study, document, section))


@blueprint.post("/studies/<int:study_id>/reports/<document>/sections/<section>")
@study_page(Permission.WRITE_REPORT)
def save_section(study: Study, document: str, section: str) -> Any:
    documents.section(study, document, section)
    typed = Draft(
        {code: request.form.get(f"text_{code}", "") for code in study.languages},
        request.form.get("included") == "yes",
    )
    seen, now = request.form.get("seen", ""), clock.now()
    try:
        writing.save(study, document, section, typed, seen=seen, by=current_user.account, now=now)
    except DomainError as error:
        return _form(study, document, section, typed, error), status_of(error)
    flash(_("Saved."), "ok")
    page = url_for("facilitator.report", study_id=study.id, document=document, _anchor=section)
    return redirect(page, 303)


def _form(study: Study, document: str, section: str, typed: Draft, error: DomainError | None = None) -> str:
    """`standing` is shown beside what was typed where the two have parted."""
    standing = writing.current(study, document, section)
    return render_template(
        "facilitator/reports/section.html",
        kind=documents.get(study, document),
        section=documents.section(study, document, section),
        typed=typed,
        standing=standing,
        seen=writing.digest(standing),
        error=error,
        longest=writing.LONGEST,
    )
