"""Whether a file still says what the study says: a fingerprint of everything it may rest on, from a few statements.

Its second half is of what was taken out since: a file that holds words redacted later, or answers of somebody who has
left, may not be read any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, select, union_all

from delphi import __version__
from delphi.db import session
from delphi.domain.works import HALF, Fingerprint
from delphi.models import (
    Analysis,
    Comment,
    CommentAnswer,
    Decision,
    Domain,
    Event,
    Expert,
    Message,
    OmittedSection,
    Participation,
    Rating,
    Redaction,
    ReportText,
    Round,
    StoredVerdict,
    Study,
)

# Asking for a file changes nothing that is in files.
OF_WORKS = "work."


def of(study: Study, *, answers: bool = False) -> Fingerprint:
    """`answers`: also of those to open rounds, and of messages."""
    left_out = session.execute(select(*_taken_back(study.id))).one()
    numbers = session.execute(select(*_numbers(study), *(_answers(study) if answers else ()))).one()
    whole = [__version__, *left_out, *numbers, *_texts(study), *_domains(study), *_experts(study)]
    return Fingerprint(_hashed(whole), _hashed(left_out))


def taken_back(study_id: int) -> str:
    """The second half alone, in one statement: the worker asks for it all the time."""
    return _hashed(session.execute(select(*_taken_back(study_id))).one())


def _hashed(values: Iterable[Any]) -> str:
    text = json.dumps(list(values), default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:HALF]


def _taken_back(study_id: int) -> list[ScalarSelect[Any]]:
    redactions = _of_rounds(study_id, Comment)
    left = [Event.study_id == study_id, Event.kind == "expert.withdrawn"]
    return [
        select(func.max(Redaction.id)).where(Redaction.comment_id.in_(redactions)).scalar_subquery(),
        select(func.max(Event.id)).where(*left).scalar_subquery(),
    ]


def _numbers(study: Study) -> list[ScalarSelect[Any]]:
    done = [Event.study_id == study.id, Event.kind.not_like(f"{OF_WORKS}%")]
    comments = _of_rounds(study.id, Comment)
    return [
        select(func.max(Event.id)).where(*done).scalar_subquery(),
        *_in_rounds(study, StoredVerdict, func.count(), func.max(StoredVerdict.computed_at)),
        *_in_rounds(study, Analysis, func.count(), func.max(Analysis.computed_at)),
        *_in_rounds(study, Decision, func.max(Decision.id)),
        *_in_rounds(study, Participation, func.count(), func.count(Participation.submitted_at)),
        select(func.max(Redaction.released_at)).where(Redaction.comment_id.in_(comments)).scalar_subquery(),
        select(func.max(CommentAnswer.made_at))
        .where(CommentAnswer.comment_id.in_(comments))
        .scalar_subquery(),
    ]


def _answers(study: Study) -> list[ScalarSelect[Any]]:
    messages = select(func.count(), func.max(Message.sent_at)).where(Message.study_id == study.id)
    return [
        *_in_rounds(study, Rating, func.count(), func.max(Rating.updated_at)),
        *_in_rounds(study, Comment, func.count(), func.max(Comment.updated_at)),
        *(messages.with_only_columns(one).scalar_subquery() for one in messages.selected_columns),
    ]


def _in_rounds(study: Study, model: Any, *columns: ColumnElement[Any]) -> list[ScalarSelect[Any]]:
    own = select(Round.id).where(Round.study_id == study.id)
    return [
        select(one).select_from(model).where(model.round_id.in_(own)).scalar_subquery() for one in columns
    ]


def _of_rounds(study_id: int, model: Any) -> Any:
    return select(model.id).join(Round, Round.id == model.round_id).where(Round.study_id == study_id)


def _texts(study: Study) -> list[list[Any]]:
    """What the team wrote, and which sections it leaves out."""
    written = select(ReportText.document, ReportText.section, ReportText.language, ReportText.text)
    left_out = select(OmittedSection.document, OmittedSection.section, literal(""), literal(""))
    query = union_all(
        written.where(ReportText.study_id == study.id), left_out.where(OmittedSection.study_id == study.id)
    )
    return sorted(list(row) for row in session.execute(query))


def _domains(study: Study) -> list[list[Any]]:
    query = select(Domain.id, Domain.narrative, Domain.left_empty).where(Domain.study_id == study.id)
    return [list(row) for row in session.execute(query.order_by(Domain.id))]


def _experts(study: Study) -> list[list[Any]]:
    """Consenting, declining and answering a question about oneself leave no event."""
    query = select(Expert.id, Expert.state, Expert.attributes).where(Expert.study_id == study.id)
    return [list(row) for row in session.execute(query.order_by(Expert.id))]
