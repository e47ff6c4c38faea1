"""Concluding a study, and its final list: every item by domain, with how it got there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
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
    wording: Wording
    passages: list[Passage]

    @property
    def last(self) -> Passage | None:
        return self.passages[-1] if self.passages else None


@dataclass(frozen=True)
class Results:
    by_domain: list[tuple[Domain | None, list[Result]]]
    domains: dict[int, Domain]
    blockers: list[Round] = field(default_factory=list)  # rounds that must end before the study can
    announced: dict[MessageState, int] = field(default_factory=dict)  # the mails that say the results are out

    def count(self, state: str) -> int:
        return sum(1 for _, results in self.by_domain for one in results if one.item.state == state)

    @property
    def unsettled(self) -> int:
        return self.count("in_play") + self.count("candidate")


def of_study(study: Study) -> Results:
    items = list(
        session.scalars(select(Item).where(Item.study_id == study.id).order_by(Item.position, Item.id))
    )
    tree = domains.by_id(study)
    texts = wordings.current([item.id for item in items])
    passages = _passages(study)
    grouped: dict[int | None, list[Result]] = defaultdict(list)
    for item in items:
        grouped[item.domain_id].append(Result(item, texts[item.id], passages.get(item.id, [])))
    listed = [(tree.get(key or 0), results) for key, results in grouped.items()]
    announced = outbox.states_of(study, MessageKind.RESULTS_OUT) if study.concluded_at else {}
    return Results(listed, tree, _blockers(study), announced)


def conclude(study: Study, *, by: Account, now: datetime) -> None:
    """End the study: nothing is asked any more; items still in play stay unsettled on record."""
    studies.lock(study)
    state = StudyState(move("study.conclude", study.state))
    if blockers := _blockers(study):
        raise DomainError("study.round_unfinished", number=blockers[0].number)
    study.state, study.concluded_at = state, now
    history.record(study.id, "study.concluded", by=by, now=now)
    active = select(Expert).where(Expert.study_id == study.id, Expert.state == ExpertState.ACTIVE)
    outbox.queue_each(MessageKind.RESULTS_OUT, session.scalars(active), f"results-{study.id}", now)


def _blockers(study: Study) -> list[Round]:
    unfinished = (RoundState.SCHEDULED, RoundState.OPEN, RoundState.CLOSED)
    query = (
        select(Round).where(Round.study_id == study.id, Round.state.in_(unfinished)).order_by(Round.number)
    )
    return list(session.scalars(query))


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
