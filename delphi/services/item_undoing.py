"""Taking back a merge or a split, until what came of it was asked, or something more was done with it.

Nobody has seen by then what it made, so that goes, as an item that nobody has seen can be deleted. The history keeps
both acts, and the titles that were written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError, NotFound
from delphi.domain.states import Descent, ItemState, move
from delphi.models import (
    Account,
    CommentAnswer,
    Event,
    Item,
    Round,
    RoundItem,
    Study,
    Suggestion,
    Wording,
)
from delphi.services import descents, history, item_lives, items, studies
from delphi.services.descents import Act
from delphi.services.item_lives import MERGED, SPLIT

EVENTS = {Descent.MERGED: MERGED, Descent.SPLIT: SPLIT}
UNDONE = {MERGED: "item.merge_undone", SPLIT: "item.split_undone"}
ACTS = (*UNDONE, *UNDONE.values())


@dataclass(frozen=True)
class Made:
    """An act with its event, and why it cannot be taken back any more."""

    act: Act
    event: Event
    refusal: DomainError | None


def of_item(study: Study, item: Item) -> list[Made]:
    """The merges and splits that an item took part in and that are in force, in order."""
    acts = [act for act in _acts(study) if item in (*act.sources, *act.results)]
    return [_made(study, act, event) for act in acts if (event := _event_of(study, act))]


def undo(study: Study, event_id: int, *, by: Account, now: datetime) -> Act | None:
    """Take the act of this event back; None where that is done already."""
    studies.lock_for_change(study)
    event = session.get(Event, event_id)
    if event is None or event.study_id != study.id or event.kind not in UNDONE:
        raise NotFound("item.undo_unknown")
    act = next((act for act in _acts(study) if _event_of(study, act) is event), None)
    if act is None:
        return None
    item_lives.refuse_while_asked(item_lives.held(study, [item.id for item in (*act.sources, *act.results)]))
    if refusal := _made(study, act, event).refusal:
        raise refusal
    _take_back(study, act, event, by, now)
    return act


def _acts(study: Study) -> list[Act]:
    return descents.acts(descents.of_study(study))


def _event_of(study: Study, act: Act) -> Event | None:
    query = select(Event).where(
        Event.study_id == study.id, Event.kind == EVENTS[act.kind], Event.happened_at == act.made_at
    )
    return next((one for one in session.scalars(query) if one.facts["code"] == act.one.code), None)


def _made(study: Study, act: Act, event: Event) -> Made:
    try:
        studies.refuse_when_concluded(study)
        _refuse_when_asked(act)
        _refuse_when_built_on(study, act, event)
    except DomainError as refusal:
        return Made(act, event, refusal)
    return Made(act, event, None)


def _refuse_when_asked(act: Act) -> None:
    query = (
        select(Item.code, Round.number)
        .join(RoundItem, RoundItem.item_id == Item.id)
        .join(Round, Round.id == RoundItem.round_id)
        .where(Item.id.in_(_ids(act.results)), Round.opened_at >= act.made_at)
    )
    if asked := session.execute(query.order_by(Round.number)).first():
        raise DomainError("item.undo_asked", item=asked.code, round=asked.number)


def _refuse_when_built_on(study: Study, act: Act, event: Event) -> None:
    later = {
        *_joined_since(study, act),
        *_done_since(event),
        *_suggested(_new(act, event)),
        *_told_as_answer(act),
    }
    if touched := later & {item.code for item in act.results}:
        raise DomainError("item.undo_built_on", item=min(touched))


def _joined_since(study: Study, act: Act) -> Iterator[str]:
    """Those of a later merge or split that is in force."""
    for other in _acts(study):
        if other.made_at > act.made_at:
            yield from (item.code for item in (*other.sources, *other.results))


def _done_since(event: Event) -> Iterator[str]:
    query = select(Event.facts).where(
        Event.study_id == event.study_id, Event.id > event.id, Event.kind.not_in(ACTS)
    )
    for facts in session.scalars(query):
        yield from (facts.get("code", ""), *facts.get("codes", ()))


def _suggested(new: Sequence[Item]) -> Iterable[str]:
    """Those that an expert was told a suggestion became."""
    query = select(Item.code).join(Suggestion, Suggestion.became_id == Item.id)
    return session.scalars(query.where(Item.id.in_(_ids(new))))


def _told_as_answer(act: Act) -> Iterable[str]:
    """Those whose wording is to be told as what a comment led to."""
    query = (
        select(Item.code)
        .join(Wording, Wording.item_id == Item.id)
        .join(CommentAnswer, CommentAnswer.wording_id == Wording.id)
        .where(Item.id.in_(_ids(act.results)), Wording.created_at >= act.made_at)
    )
    return session.scalars(query)


def _take_back(study: Study, act: Act, event: Event, by: Account, now: datetime) -> None:
    new = _new(act, event)
    kept = [item for item in act.results if item not in new]
    gone = [item for item in act.sources if item not in kept]
    said = "; ".join(f"{item.code}: {_title(study, item)}" for item in act.results)
    _back(gone)
    item_lives.replan(study, _ids(act.results), [*kept, *gone])
    for step in act.steps:
        session.delete(step.descent)
    session.flush()
    for item in kept:
        _forget_wording(item, act)
    for item in new:
        items.erase(item)
    facts = {"code": act.one.code, "codes": [item.code for item in act.others], "reason": act.reason}
    history.record(study.id, UNDONE[event.kind], by, now=now, said=said, **facts)


def _back(gone: Collection[Item]) -> None:
    seen = items.shown(_ids(gone))
    for item in gone:
        item.state = ItemState(move("item.undo_in_play" if item.id in seen else "item.undo", item.state))


def _forget_wording(item: Item, act: Act) -> None:
    """What the merge made the item say, unless it said so before."""
    latest = item.wordings[-1]
    if latest.number > 1 and latest.created_at == act.made_at:
        item.wordings.remove(latest)
        session.delete(latest)
        session.flush()


def _new(act: Act, event: Event) -> list[Item]:
    """What there was not before."""
    return act.results if act.kind is Descent.SPLIT or event.facts.get("new") else []


def _title(study: Study, item: Item) -> str:
    texts = items.texts_of(item.wordings[-1])
    return next(texts[code].title for code in (*study.languages, *texts) if code in texts)


def _ids(listed: Iterable[Item]) -> list[int]:
    return [item.id for item in listed]
