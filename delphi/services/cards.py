"""Item cards: the wording shown, the expert's own answers, and what the panel said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, select, tuple_

from delphi.db import session
from delphi.domain.sections import Entry, Texts
from delphi.models import Comment, Feedback, Rating, Round, RoundItem, Wording
from delphi.services import comments, wordings
from delphi.services.links import Visit

Ratings = Mapping[str, Rating]  # by criterion


@dataclass(frozen=True)
class Previous:
    """The last closed round in which the item was rated; `wording` is None where it has not changed since."""

    number: int
    ratings: Ratings
    wording: Wording | None
    feedback: Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    item_id: int
    subdomain: Texts | None
    wording: Wording
    ratings: Ratings
    written: Comment | None
    previous: Previous | None


def of(visit: Visit, round_id: int, entries: Sequence[Entry]) -> list[Card]:
    """The cards of some entries of a round's sections; the number of statements does not grow with them."""
    earlier = _earlier(entries)
    shown = wordings.of({entry.task.wording_id for entry in entries} | {row[1] for row in earlier.values()})
    rounds = {round_id} | {entry.task.previous_round_id for entry in entries if entry.task.previous_round_id}
    ratings = _ratings(visit, rounds, [entry.task.item_id for entry in entries])
    written = comments.of(visit.expert, round_id)
    return [_card(entry, round_id, earlier, shown, ratings, written) for entry in entries]


def _card(
    entry: Entry,
    round_id: int,
    earlier: Mapping[int, Row[int, int, int, dict[str, Any] | None]],
    shown: Mapping[int | None, Wording],
    ratings: Mapping[tuple[int, int], Ratings],
    written: Mapping[int, Comment],
) -> Card:
    task, previous = entry.task, None
    if task.item_id in earlier:
        _item_id, wording_id, number, feedback = earlier[task.item_id]
        changed = shown[wording_id] if wording_id != task.wording_id else None
        own = ratings.get((task.previous_round_id or 0, task.item_id), {})
        previous = Previous(number, own, changed, feedback or {})
    return Card(
        task.item_id,
        entry.subdomain,
        shown[task.wording_id],
        ratings.get((round_id, task.item_id), {}),
        written.get(task.item_id),
        previous,
    )


def _earlier(entries: Sequence[Entry]) -> dict[int, Row[int, int, int, dict[str, Any] | None]]:
    """Item id -> item id, wording id then, round number, frozen feedback."""
    tasks = [entry.task for entry in entries]
    places = [(task.previous_round_id, task.item_id) for task in tasks if task.previous_round_id]
    same_place = and_(Feedback.round_id == RoundItem.round_id, Feedback.item_id == RoundItem.item_id)
    rows = session.execute(
        select(RoundItem.item_id, RoundItem.wording_id, Round.number, Feedback.content)
        .join(Round, Round.id == RoundItem.round_id)
        .outerjoin(Feedback, same_place)
        .where(tuple_(RoundItem.round_id, RoundItem.item_id).in_(places))
    )
    return {row[0]: row for row in rows}


def _ratings(
    visit: Visit, rounds: set[int], items: Sequence[int]
) -> dict[tuple[int, int], dict[str, Rating]]:
    """(round id, item id) -> criterion -> what this expert answered."""
    query = select(Rating).where(
        Rating.expert_id == visit.expert.id, Rating.round_id.in_(rounds), Rating.item_id.in_(items)
    )
    found: dict[tuple[int, int], dict[str, Rating]] = {}
    for rating in session.scalars(query):
        found.setdefault((rating.round_id, rating.item_id), {})[rating.criterion] = rating
    return found
