"""What the team writes into a section of a document, and whether it stands there; nobody is overwritten unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import force_locale
from sqlalchemy import delete

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.languages import LANGUAGES
from delphi.domain.texts import clean
from delphi.models import Account, OmittedSection, ReportText, Study
from delphi.services import history, studies
from delphi.services.reporting import documents, texts

LONGEST = 20_000  # characters of one text


class Draft(NamedTuple):
    """What a section is to be: the team's text by language, and whether it stands in the document."""

    texts: Mapping[str, str]
    included: bool


def current(study: Study, document: str, section: str) -> Draft:
    return Draft(
        texts.written(study, document).get(section, {}), section not in texts.omitted(study, document)
    )


def digest(draft: Draft) -> str:
    """Tells two states of a section apart; a form carries that of the state it was opened with."""
    told = json.dumps([sorted(draft.texts.items()), draft.included])
    return hashlib.sha256(told.encode()).hexdigest()


def save(
    study: Study, document: str, section: str, draft: Draft, *, seen: str, by: Account, now: datetime
) -> None:
    """Refused when somebody else has changed the section since it was `seen`; an empty text is none."""
    title = documents.section(study, document, section).title
    studies.lock(study)
    before = current(study, document, section)
    cleaned = {code: clean(draft.texts.get(code, "")) for code in study.languages}
    _check(cleaned)
    wanted = Draft({code: text for code, text in cleaned.items() if text}, draft.included)
    if wanted == before:
        return
    if seen != digest(before):
        raise DomainError("report_text.changed_meanwhile")
    where = {"study_id": study.id, "document": document, "section": section}
    _write(where, before.texts, wanted.texts)
    _include(where, before.included, wanted.included)
    kind = "report.written" if wanted.texts != before.texts else _turned(wanted.included)
    history.record(study.id, kind, by, now=now, document=document, section=_in_each_language(title))


def _check(cleaned: Mapping[str, str]) -> None:
    longest = max(map(len, cleaned.values()), default=0)
    if longest > LONGEST:
        raise DomainError("report_text.too_long", most=LONGEST, length=longest)


def _turned(included: bool) -> str:
    return "report.taken_in" if included else "report.left_out"


def _write(where: Mapping[str, Any], before: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Texts in languages that the study no longer has go too."""
    for code in {*before, *wanted}:
        if before.get(code) != wanted.get(code):
            session.execute(delete(ReportText).filter_by(**where, language=code))
            if code in wanted:
                session.add(ReportText(**where, language=code, text=wanted[code]))
    session.flush()


def _include(where: Mapping[str, Any], before: bool, wanted: bool) -> None:
    if before and not wanted:
        session.add(OmittedSection(**where))
    elif wanted and not before:
        session.execute(delete(OmittedSection).filter_by(**where))
    session.flush()


def _in_each_language(title: Any) -> dict[str, str]:
    """The history is read in either."""
    found = {}
    for code in LANGUAGES:
        with force_locale(code):
            found[code] = str(title)
    return found
