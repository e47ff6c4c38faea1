"""Items of the bank that say nearly the same, and those the team has found to differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from delphi.db import session
from delphi.domain.errors import DomainError
from delphi.domain.states import ASKABLE, ItemState
from delphi.models import Account, Event, Item, Study, Wording
from delphi.services import history, studies, wordings

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
USUAL = 0.5
MOST_PAIRS = 100
DIFFER = "items.differ"


@dataclass(frozen=True)
class Pair:
    """Two items, how alike they are (0 to 1) in the language where they are most alike, and what each says."""

    items: tuple[Item, Item]
    wordings: tuple[Wording, Wording]
    similarity: float
    language: str
    differ: bool


@dataclass(frozen=True)
class Found:
    """`total` counts those beyond `MOST_PAIRS` too; `dismissed` the pairs that were found to differ."""

    pairs: Sequence[Pair]
    total: int
    dismissed: int


def pairs(study: Study, threshold: float, *, dismissed: bool = False) -> Found:
    """Most alike first, among the items that can still be merged; with `dismissed`, those found to differ too."""
    alive, current = _items(study, ASKABLE)
    apart = _found_to_differ(study)
    best: dict[tuple[int, int], tuple[float, str]] = {}
    for language in study.languages:
        for first, second, similarity in _in_language(alive, current, language, threshold):
            best[first, second] = max(best.get((first, second), (0.0, "")), (similarity, language))
    listed = [
        _pair(alive[first], alive[second], current, *likeness, apart)
        for (first, second), likeness in sorted(best.items(), key=lambda one: (-one[1][0], one[0]))
    ]
    shown = [pair for pair in listed if dismissed or not pair.differ]
    return Found(shown[:MOST_PAIRS], len(shown), sum(pair.differ for pair in listed))


def like(study: Study, text: str, most: int = 5, threshold: float = 0.3) -> list[tuple[Item, Wording, float]]:
    """The items most like a text in any language, such as what an expert suggests; promoted ones too."""
    from delphi.scoring.near_duplicates import near_duplicates

    alive, current = _items(study, (*ASKABLE, ItemState.PROMOTED))
    said = [(item, one.title) for item in alive for one in current[item.id].texts]
    found: dict[int, tuple[Item, Wording, float]] = {}
    for pair in near_duplicates([text, *(title for _item, title in said)], threshold):
        if pair.first == 0:
            item = said[pair.second - 1][0]
            found.setdefault(item.id, (item, current[item.id], pair.similarity))
    return list(found.values())[:most]


def set_apart(study: Study, codes: tuple[str, str], *, by: Account, now: datetime) -> None:
    """The team has looked: these two do not say the same."""
    studies.refuse_when_concluded(study)
    known = select(Item.code).where(Item.study_id == study.id, Item.code.in_(codes))
    if set(session.scalars(known)) != set(codes) or len(set(codes)) != 2:
        raise DomainError("item.not_found")
    if frozenset(codes) not in _found_to_differ(study):
        history.record(study.id, DIFFER, by, now=now, codes=sorted(codes))


def _items(study: Study, states: Collection[ItemState]) -> tuple[list[Item], dict[int, Wording]]:
    query = select(Item).where(Item.study_id == study.id, Item.state.in_(states))
    found = list(session.scalars(query.order_by(Item.position, Item.id)))
    return found, wordings.current([item.id for item in found])


def _in_language(
    alive: Sequence[Item], current: Mapping[int, Wording], language: str, threshold: float
) -> Iterable[tuple[int, int, float]]:
    from delphi.scoring.near_duplicates import near_duplicates

    said = [_said(current[item.id], language) for item in alive]
    return ((pair.first, pair.second, pair.similarity) for pair in near_duplicates(said, threshold))


def _said(wording: Wording, language: str) -> str:
    """Titles and descriptions; examples are often shared by items that differ."""
    return next(
        (f"{text.title}\n{text.description}" for text in wording.texts if text.language == language), ""
    )


def _pair(
    first: Item,
    second: Item,
    current: Mapping[int, Wording],
    similarity: float,
    language: str,
    apart: set[frozenset[str]],
) -> Pair:
    differ = frozenset((first.code, second.code)) in apart
    return Pair((first, second), (current[first.id], current[second.id]), similarity, language, differ)


def _found_to_differ(study: Study) -> set[frozenset[str]]:
    query = select(Event.facts).where(Event.study_id == study.id, Event.kind == DIFFER)
    return {frozenset(facts["codes"]) for facts in session.scalars(query)}
