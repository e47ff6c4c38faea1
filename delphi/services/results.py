"""Concluding a study, and its final list: every item by domain, with how it got there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.messages import MessageKind
from delphi.domain.states import ExpertState, RoundState, StudyState, move
from delphi.models import (
    Account,
    Decision,
    Domain,
    Expert,
    Item,
    Round,
    RoundItem,
    StoredVerdict,
    Study,
    Wording,
)
from delphi.models.message import MessageState
from delphi.services import decisions, domains, history, outbox, studies, wordings

UNFINISHED = (RoundState.SCHEDULED, RoundState.OPEN, RoundState.CLOSED)


@dataclass(frozen=True)
class Passage:
    """An item's way through one round."""

    round: Round
    wording_number: int
    stored: StoredVerdict | None
    decision: Decision | None


@dataclass(frozen=True)
class Result:
    item: Item
    wordings: Sequence[Wording]  # the first first
    passages: Sequence[Passage]

    @property
    def wording(self) -> Wording:
        return self.wordings[-1]

    @property
    def last(self) -> Passage | None:
        return self.passages[-1] if self.passages else None


@dataclass(frozen=True)
class Results:
    """`every` item in the order of the bank."""

    every: Sequence[Result]
    domains: dict[int, Domain]

    @property
    def by_domain(self) -> list[tuple[Domain | None, list[Result]]]:
        grouped: dict[int | None, list[Result]] = defaultdict(list)
        for one in self.every:
            grouped[one.item.domain_id].append(one)
        return [(self.domains.get(key or 0), results) for key, results in grouped.items()]

    def count(self, state: str) -> int:
        return sum(one.item.state == state for one in self.every)

    @property
    def unsettled(self) -> int:
        return self.count("in_play") + self.count("candidate")


def of_study(study: Study) -> Results:
    query = select(Item).where(Item.study_id == study.id).order_by(Item.position, Item.id)
    items = session.scalars(query).all()
    texts, passages = wordings.every([item.id for item in items]), _passages(study)
    results = [Result(item, texts[item.id], passages.get(item.id, ())) for item in items]
    return Results(results, domains.by_id(study))


def announced(study: Study) -> dict[MessageState, int]:
    """What became of the mails that say the results are out."""
    return outbox.states_of(study, MessageKind.RESULTS_OUT) if study.concluded_at else {}


def conclude(study: Study, *, by: Account, now: datetime) -> None:
    """End the study: nothing is asked any more; items still in play stay unsettled on record."""
    studies.lock(study)
    state = StudyState(move("study.conclude", study.state))
    if rounds := unfinished(study):
        raise DomainError("study.round_unfinished", number=rounds[0].number)
    study.state, study.concluded_at = state, now
    history.record(study.id, "study.concluded", by=by, now=now)
    active = select(Expert).where(Expert.study_id == study.id, Expert.state == ExpertState.ACTIVE)
    outbox.queue_each(MessageKind.RESULTS_OUT, session.scalars(active), f"results-{study.id}", now)


def unfinished(study: Study) -> list[Round]:
    """The rounds that must end before the study can."""
    query = select(Round).where(Round.study_id == study.id, Round.state.in_(UNFINISHED))
    return list(session.scalars(query.order_by(Round.number)))


def _passages(study: Study) -> dict[int, list[Passage]]:
    query = (
        select(RoundItem.item_id, Round, Wording.number, StoredVerdict)
        .join(Round, Round.id == RoundItem.round_id)
        .join(Wording, Wording.id == RoundItem.wording_id)
        .outerjoin(
            StoredVerdict, (StoredVerdict.round_id == Round.id) & (StoredVerdict.item_id == RoundItem.item_id)
        )
        .where(Round.study_id == study.id, Round.opened_at.is_not(None))
        .order_by(Round.number)
    )
    found = session.execute(query).all()
    decided = decisions.in_force({one.id for _, one, _, _ in found})
    passages: dict[int, list[Passage]] = defaultdict(list)
    for item_id, one, number, stored in found:
        passages[item_id].append(Passage(one, number, stored, decided.get((one.id, item_id))))
    return passages
