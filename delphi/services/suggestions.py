"""Suggestions: experts propose a missing item or a better wording, and see what the team answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import selectinload

from delphi.db import insert_into, session
from delphi.domain import suggestions as bounds
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import ExpertState, RoundState, StudyState, SuggestionState
from delphi.domain.suggestions import ALIKE, MOST_WAITING
from delphi.domain.texts import clean, same
from delphi.models import Domain, Item, Participation, Round, RoundItem, Suggestion, Wording
from delphi.models.domain import DomainLevel
from delphi.services import presentations
from delphi.services.answering import is_for
from delphi.services.links import Visit

MOST_ALIKE = 5


@dataclass(frozen=True)
class Draft:
    """As typed. With `item_id` a better wording of that item, else a missing one; `key` is that of the page."""

    text: str
    reason: str = ""
    item_id: int | None = None
    domain_id: int | None = None
    key: str | None = None

    @property
    def cleaned(self) -> Draft:
        return Draft(clean(self.text), clean(self.reason), self.item_id, self.domain_id, self.key)


@dataclass(frozen=True)
class Alike:
    """A text much like the one proposed: an item the expert was asked, or an own earlier suggestion."""

    text: str
    language: str
    own: bool


def taken(visit: Visit, *, wording: bool) -> bool:
    """Whether the study takes such suggestions now."""
    chosen = presentations.of(visit.study).suggestions
    return visit.study.state is not StudyState.CONCLUDED and bounds.takes(chosen, wording=wording)


def of_expert(visit: Visit) -> list[Suggestion]:
    """The expert's own, the latest first."""
    query = select(Suggestion).where(Suggestion.expert_id == visit.expert.id)
    return list(session.scalars(query.order_by(Suggestion.id.desc())))


def domains(visit: Visit) -> list[Domain]:
    """Where a missing item may belong."""
    query = select(Domain).where(Domain.study_id == visit.study.id, Domain.level == DomainLevel.DOMAIN)
    return list(session.scalars(query.order_by(Domain.position, Domain.id)))


def wording_of(visit: Visit, item_id: int) -> Wording:
    """The item as this expert was last asked it; not found where they never were."""
    query = _asked(visit).where(RoundItem.item_id == item_id).order_by(Round.number.desc()).limit(1)
    found = session.scalar(query.options(selectinload(Wording.texts)))
    if found is None:
        raise NotFound("item.not_found")
    return found


def alike(visit: Visit, draft: Draft) -> list[Alike]:
    """What the expert knows and may have meant, most alike first: items asked so far, and own suggestions."""
    from delphi.scoring.near_duplicates import near_duplicates  # numpy stays off the other pages

    known = list(dict.fromkeys(_known(visit, draft)))
    pairs = near_duplicates([draft.text, *(one.text for one in known)], ALIKE)
    return [known[pair.second - 1] for pair in pairs if pair.first == 0][:MOST_ALIKE]


def check(visit: Visit, draft: Draft) -> None:
    """Refuse what cannot be sent."""
    wording = draft.item_id is not None
    if not taken(visit, wording=wording):
        raise DomainError("suggestion.not_taken")
    bounds.check(draft.text, draft.reason)
    if draft.item_id is not None:
        present = wording_of(visit, draft.item_id)
        if same(draft.text) in {same(text.title) for text in present.texts}:
            raise DomainError("suggestion.unchanged", field="text")
    elif draft.domain_id is not None and draft.domain_id not in {one.id for one in domains(visit)}:
        raise DomainError("suggestion.domain_unknown", field="domain")


def send(visit: Visit, draft: Draft, language: str, now: datetime) -> None:
    """Hand it to the team, once however often the same is sent from the same page."""
    session.refresh(visit.expert, with_for_update=True)
    if visit.expert.state is not ExpertState.ACTIVE:
        raise DomainError("consent.missing")
    check(visit, draft)
    new = insert_into(Suggestion).values(
        study_id=visit.study.id,
        expert_id=visit.expert.id,
        round_id=_open_round(visit),
        item_id=draft.item_id,
        domain_id=None if draft.item_id else draft.domain_id,
        text=draft.text,
        reason=draft.reason,
        language=language,
        state=SuggestionState.WAITING,
        reply={},
        created_at=now,
        key=_key(visit, draft),
    )
    session.execute(new.on_conflict_do_nothing(index_elements=["key"]))
    if _waiting(visit) > MOST_WAITING:
        raise DomainError("suggestion.too_many", most=MOST_WAITING)


def take_back(visit: Visit, suggestion_id: int) -> None:
    """While the team has not answered."""
    query = select(Suggestion).where(Suggestion.id == suggestion_id, Suggestion.expert_id == visit.expert.id)
    found = session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("suggestion.not_found")
    if found.state is not SuggestionState.WAITING:
        raise DomainError("suggestion.wrong_state")
    session.delete(found)
    session.flush()


def _key(visit: Visit, draft: Draft) -> str | None:
    """The same words sent twice from one page are one suggestion; other words, after going back, are another."""
    if draft.key is None:
        return None
    return hashlib.sha256(f"{visit.expert.id} {draft}".encode()).hexdigest()[:40]


def _known(visit: Visit, draft: Draft) -> Iterator[Alike]:
    for own in of_expert(visit):
        if own.item_id == draft.item_id:
            yield Alike(own.text, own.language, own=True)
    if draft.item_id is None:
        for wording in session.scalars(_asked(visit).options(selectinload(Wording.texts))).unique():
            for text in wording.texts:
                yield Alike(text.title, text.language, own=False)


def _asked(visit: Visit) -> Select[Wording]:
    """Wordings this expert was shown."""
    return (
        select(Wording)
        .join(RoundItem, RoundItem.wording_id == Wording.id)
        .join(Round, Round.id == RoundItem.round_id)
        .join(Item, Item.id == RoundItem.item_id)
        .join(
            Participation,
            and_(Participation.round_id == Round.id, Participation.expert_id == visit.expert.id),
        )
        .where(is_for(Participation.id))
    )


def _open_round(visit: Visit) -> int | None:
    query = select(Round.id).where(Round.study_id == visit.study.id, Round.state == RoundState.OPEN)
    return session.scalar(query)


def _waiting(visit: Visit) -> int:
    mine = Suggestion.expert_id == visit.expert.id, Suggestion.state == SuggestionState.WAITING
    return session.scalar(select(func.count()).select_from(Suggestion).where(*mine)) or 0
