"""All that happened to an item, on one line of time: where it came from, what it said and scored, what it became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from delphi.db import session
from delphi.domain.protocols import StudyProtocol
from delphi.domain.wordings import changes
from delphi.models import (
    Comment,
    CommentAnswer,
    Event,
    Item,
    Study,
    Suggestion,
    Wording,
)
from delphi.services import board, descents, item_undoing, items, redactions
from delphi.services.descents import Step

# What an item's wordings, rounds, decisions and descent tell already is not told again as an event.
TOLD = (
    *("item.added", "item.corrected", "item.moved", "item.panels_changed", "item.set_aside"),
    *("item.restored", "item.fields_changed", "item.merge_undone", "item.split_undone"),
    *("items.moved", "items.dropped", "items.restored", "items.panels_changed"),
)

IMPORTED = "items.imported"  # names no item: those of the import were made at the same instant


@dataclass(frozen=True)
class Kin:
    """A relative and how it is related; `further` are its own ancestors, or descendants."""

    item: Item
    step: Step
    further: tuple[Kin, ...]


@dataclass(frozen=True)
class Happening:
    """`kind`: "suggestion", "wording", "round", "decision", "event", "from" or "into"; `what` as the kind needs."""

    when: datetime
    kind: str
    what: Any


@dataclass(frozen=True)
class NewWording:
    wording: Wording
    changed: Mapping[str, Mapping[str, Any]]
    comments: Sequence[tuple[str, str]]  # what led to it, and in which language: never who wrote it


@dataclass(frozen=True)
class Genealogy:
    item: Item
    ancestors: tuple[Kin, ...]
    descendants: tuple[Kin, ...]
    happenings: Sequence[Happening]
    protocols: Mapping[int, StudyProtocol]
    authors: Mapping[int, str]


def of(study: Study, item_id: int, *, comments: bool) -> Genealogy:
    """`comments`: whether the reader may read what experts wrote."""
    item = items.get(study, item_id)
    _item, steps = board.item_history(study, item.id)
    family = descents.of_study(study)
    found = [
        *(_suggestions(item) if comments else ()),
        *_wordings(item, _led_to(item) if comments else {}),
        *_asked(steps),
        *_decided(steps),
        *_events(item),
        *_descent(study, item),
    ]
    return Genealogy(
        item,
        tuple(_kin(item, family, back=True)),
        tuple(_kin(item, family, back=False)),
        sorted(found, key=lambda one: one.when),
        board.protocols_of(steps),
        items.authors(item),
    )


def _kin(item: Item, family: Sequence[Step], *, back: bool) -> Iterator[Kin]:
    for step in family:
        here, there = (step.result, step.source) if back else (step.source, step.result)
        if here.id == item.id:
            yield Kin(there, step, tuple(_kin(there, family, back=back)))


def _suggestions(item: Item) -> Iterator[Happening]:
    """Those it was made of, or that were merged into it; whose they are is not told."""
    query = select(Suggestion).where(Suggestion.became_id == item.id).order_by(Suggestion.id)
    return (Happening(one.created_at, "suggestion", one) for one in session.scalars(query))


def _wordings(item: Item, led: Mapping[int | None, Sequence[tuple[str, str]]]) -> Iterator[Happening]:
    before: Wording | None = None
    for wording in item.wordings:
        changed = changes(items.texts_of(before), items.texts_of(wording)) if before else {}
        told = NewWording(wording, changed, led.get(wording.id, ()))
        yield Happening(wording.created_at, "wording", told)
        before = wording


def _asked(steps: Sequence[board.Step]) -> Iterator[Happening]:
    return (Happening(step.round.opened_at, "round", step) for step in steps if step.round.opened_at)


def _decided(steps: Sequence[board.Step]) -> Iterator[Happening]:
    return (
        Happening(decision.decided_at, "decision", (step.round, decision, name))
        for step in steps
        for decision, name in step.decisions
    )


def _events(item: Item) -> Iterator[Happening]:
    query = select(Event).where(
        Event.study_id == item.study_id,
        Event.kind.in_((*TOLD, IMPORTED)),
        Event.happened_at >= item.created_at,
    )
    for event in session.scalars(query.order_by(Event.id)):
        together = event.kind == IMPORTED and event.happened_at == item.created_at
        if together or item.code == event.facts.get("code") or item.code in event.facts.get("codes", ()):
            yield Happening(event.happened_at, "event", event)


def _descent(study: Study, item: Item) -> Iterator[Happening]:
    """A happening for each merge or split, however many items took part in it."""
    for made in item_undoing.of_item(study, item):
        yield Happening(made.act.made_at, "from" if item in made.act.results else "into", made)


def _led_to(item: Item) -> dict[int | None, list[tuple[str, str]]]:
    """By wording the comments it answers, as redacted; by text, since the order of writing would tell who was first."""
    query = (
        select(CommentAnswer.wording_id, Comment)
        .join(Comment, Comment.id == CommentAnswer.comment_id)
        .where(CommentAnswer.wording_id.in_([wording.id for wording in item.wordings]))
    )
    rows = session.execute(query).all()
    told = redactions.told_of([comment for _wording_id, comment in rows])
    led: dict[int | None, set[tuple[str, str]]] = {}
    for wording_id, comment in rows:
        if comment.id in told:
            led.setdefault(wording_id, set()).add((told[comment.id], comment.language))
    return {wording_id: sorted(said) for wording_id, said in led.items()}
