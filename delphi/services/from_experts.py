"""What experts wrote to the team beside their answers: suggestions and notes, by pseudonym."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from delphi.db import Translated, session
from delphi.domain import suggestions as bounds
from delphi.domain.errors import NotFound
from delphi.domain.states import SuggestionState
from delphi.models import Account, Domain, Expert, Item, Note, Round, Study, Suggestion, Wording
from delphi.services import history, presentations, wordings


@dataclass(frozen=True)
class Suggested:
    """`item` and its present wording where a better one is proposed; `domain` where a missing item may belong."""

    suggestion: Suggestion
    code: str
    item: Item | None
    wording: Wording | None
    domain: Domain | None


@dataclass(frozen=True)
class Written:
    """A note, and the number of the round it is about."""

    note: Note
    code: str
    number: int | None


def suggestions(study: Study) -> list[Suggested]:
    """Those without an answer first, then the latest."""
    rows = session.execute(
        select(Suggestion, Expert.code, Item, Domain)
        .join(Expert, Expert.id == Suggestion.expert_id)
        .outerjoin(Item, Item.id == Suggestion.item_id)
        .outerjoin(Domain, Domain.id == Suggestion.domain_id)
        .where(Suggestion.study_id == study.id)
        .order_by(Suggestion.state != SuggestionState.WAITING, Suggestion.id.desc())
    ).all()
    present = wordings.current([item.id for _suggestion, _code, item, _domain in rows if item])
    return [
        Suggested(suggestion, code, item, present.get(item.id) if item else None, domain)
        for suggestion, code, item, domain in rows
    ]


def notes(study: Study) -> list[Written]:
    """Those unread first, then the latest."""
    query = (
        select(Note, Expert.code, Round.number)
        .join(Expert, Expert.id == Note.expert_id)
        .outerjoin(Round, Round.id == Note.round_id)
        .where(Note.study_id == study.id)
        .order_by(Note.read_at.is_not(None), Note.id.desc())
    )
    return [Written(*row) for row in session.execute(query)]


def waiting(study: Study) -> int:
    """How many suggestions have no answer, and notes no reader."""
    asked = _count(Suggestion, study).where(Suggestion.state == SuggestionState.WAITING)
    unread = _count(Note, study).where(Note.read_at.is_(None))
    return session.scalar(select(asked.scalar_subquery() + unread.scalar_subquery())) or 0


def answer(
    study: Study,
    suggestion_id: int,
    state: SuggestionState,
    reply: Translated,
    *,
    by: Account,
    now: datetime,
) -> None:
    """Tell the expert what becomes of a suggestion. It only marks: a new item or wording is made in the item bank."""
    query = select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.study_id == study.id)
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("suggestion.not_found")
    kept = presentations.texts_of(study, reply)
    bounds.check_answer(state, kept)
    found.state, found.reply = state, kept
    session.flush()
    history.record(study.id, "suggestion.answered", by, now=now, state=state.value)


def mark(study: Study, note_id: int, read: bool, now: datetime) -> None:
    """As read, or as not read yet."""
    note = session.scalar(select(Note).where(Note.id == note_id, Note.study_id == study.id))
    if note is None:
        raise NotFound("note.not_found")
    note.read_at = now if read else None
    session.flush()


def _count(model: type[Suggestion | Note], study: Study) -> Select[int]:
    return select(func.count()).select_from(model).where(model.study_id == study.id)
