"""The team's own texts in the sections of a document, and the sections it leaves out."""

from __future__ import annotations

from sqlalchemy import select

from delphi.db import session
from delphi.models import OmittedSection, ReportText, Study


def of(study: Study, document: str, language: str) -> dict[str, str]:
    """Section -> text."""
    query = select(ReportText.section, ReportText.text).where(
        ReportText.study_id == study.id, ReportText.document == document, ReportText.language == language
    )
    return dict(session.execute(query).all())


def omitted(study: Study, document: str) -> set[str]:
    query = select(OmittedSection.section).where(
        OmittedSection.study_id == study.id, OmittedSection.document == document
    )
    return set(session.scalars(query))
