"""The team's own texts in the sections of a document, and the sections it leaves out."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import select

from delphi.db import session
from delphi.models import OmittedSection, ReportText, Study


class Own(NamedTuple):
    """`language` is empty where the text is in the document's."""

    text: str
    language: str


def of(study: Study, document: str, language: str) -> dict[str, Own]:
    """Section -> text in the document's language, else in another that it was written in."""
    found: dict[str, Own] = {}
    for section, texts in written(study, document).items():
        code = language if language in texts else min(texts, key=[*study.languages, *texts].index)
        found[section] = Own(texts[code], "" if code == language else code)
    return found


def written(study: Study, document: str) -> dict[str, dict[str, str]]:
    """Section -> language -> text."""
    query = select(ReportText).where(ReportText.study_id == study.id, ReportText.document == document)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in session.scalars(query):
        found[one.section][one.language] = one.text
    return found


def omitted(study: Study, document: str) -> set[str]:
    query = select(OmittedSection.section).where(
        OmittedSection.study_id == study.id, OmittedSection.document == document
    )
    return set(session.scalars(query))
