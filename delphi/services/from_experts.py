"""What experts wrote to the team beside their answers: suggestions and notes, by pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from delphi.db import Translated, session
from delphi.domain import suggestions as bounds
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import SuggestionState
from delphi.domain.wordings import ItemText
from delphi.models import Account, Domain, Expert, Item, Note, Round, Study, Suggestion, Wording
from delphi.services import history, items, presentations, studies, wordings


@dataclass(frozen=True)
class Suggested:
    """`item` and its present wording where a better one is proposed; `domain` where a missing item may belong.

    `became` is the item that came of it, or that it was merged into.
    """

    suggestion: Suggestion
    code: str
    item: Item | None
    wording: Wording | None
    domain: Domain | None
    became: Item | None


@dataclass(frozen=True)
class Written:
    """A note, and the number of the round it is about."""

    note: Note
    code: str
    number: int | None


def suggestions(study: Study) -> list[Suggested]:
    """Those without an answer first, then the latest."""
    became = aliased(Item)
    rows = session.execute(
        select(Suggestion, Expert.code, Item, Domain, became)
        .join(Expert, Expert.id == Suggestion.expert_id)
        .outerjoin(Item, Item.id == Suggestion.item_id)
        .outerjoin(Domain, Domain.id == Suggestion.domain_id)
        .outerjoin(became, became.id == Suggestion.became_id)
        .where(Suggestion.study_id == study.id)
        .order_by(Suggestion.state != SuggestionState.WAITING, Suggestion.id.desc())
    ).all()
    present = wordings.current([item.id for _suggestion, _code, item, _domain, _became in rows if item])
    return [
        Suggested(suggestion, code, item, present.get(item.id) if item else None, domain, result)
        for suggestion, code, item, domain, result in rows
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


def one(study: Study, suggestion_id: int) -> Suggested:
    found = next((one for one in suggestions(study) if one.suggestion.id == suggestion_id), None)
    if found is None:
        raise NotFound("suggestion.not_found")
    return found


def answer(
    study: Study,
    suggestion_id: int,
    state: SuggestionState,
    reply: Translated,
    *,
    by: Account,
    now: datetime,
) -> None:
    """Tell the expert what becomes of a suggestion, without making anything of it."""
    found = _held(study, suggestion_id)
    kept = _reply(study, state, reply)
    if state is SuggestionState.DECLINED:
        found.became_id = None
    _close(study, found, state, kept, by, now)


def accept_as_item(
    study: Study,
    suggestion_id: int,
    code: str,
    domain: Domain | None,
    texts: Mapping[str, ItemText],
    reply: Translated,
    *,
    by: Account,
    now: datetime,
) -> Item:
    """A new candidate item comes of it."""
    found = _waiting_one(study, suggestion_id)
    kept = _reply(study, SuggestionState.ACCEPTED, reply)
    made = items.add(study, code, domain, texts, [], by, now)
    found.became_id = made.id
    _close(study, found, SuggestionState.ACCEPTED, kept, by, now)
    return made


def accept_as_wording(
    study: Study,
    suggestion_id: int,
    texts: Mapping[str, ItemText],
    reason: str,
    reply: Translated,
    *,
    by: Account,
    now: datetime,
) -> Item:
    """A new wording of its item comes of it."""
    found = _waiting_one(study, suggestion_id)
    kept = _reply(study, SuggestionState.ACCEPTED, reply)
    if found.item_id is None:
        raise NotFound("item.not_found")
    item = items.get(study, found.item_id)
    items.reword(item, texts, reason, by, now)
    found.became_id = item.id
    _close(study, found, SuggestionState.ACCEPTED, kept, by, now)
    return item


def merge_into(
    study: Study, suggestion_id: int, code: str, reply: Translated, *, by: Account, now: datetime
) -> Item:
    """An item of the bank says it already, or will: the expert reads which."""
    found = _waiting_one(study, suggestion_id)
    kept = _reply(study, SuggestionState.MERGED, reply)
    item = session.scalar(
        select(Item).where(Item.study_id == study.id, func.lower(Item.code) == code.strip().lower())
    )
    if item is None:
        raise DomainError("suggestion.no_such_item", item=code.strip())
    found.became_id = item.id
    _close(study, found, SuggestionState.MERGED, kept, by, now)
    return item


def _held(study: Study, suggestion_id: int) -> Suggestion:
    """Against another member of the team, and its author, meanwhile."""
    query = select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.study_id == study.id)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("suggestion.not_found")
    return found


def _waiting_one(study: Study, suggestion_id: int) -> Suggestion:
    """Only while nobody has answered it: what came of it would be made twice."""
    studies.lock_for_change(study)
    found = _held(study, suggestion_id)
    if found.state is not SuggestionState.WAITING:
        raise DomainError("suggestion.answered")
    return found


def _reply(study: Study, state: SuggestionState, reply: Translated) -> Translated:
    kept = presentations.texts_of(study, reply)
    bounds.check_answer(state, kept)
    return kept


def _close(
    study: Study, found: Suggestion, state: SuggestionState, reply: Translated, by: Account, now: datetime
) -> None:
    found.state, found.reply = state, reply
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
