"""Which answers were changed, and from what: worked out from digests that are off.

A digest is a sum, so what it is off by is the sum of what its changed answers are off by. Where just one answer of an
expert, or to an item, was changed, trying every answer there is finds it; what it was off by is taken from both
digests, and the search goes on with what is left of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from delphi.services.bundling.digests import EXPERT, ITEM, MODULUS, Answer, number_of

Place = tuple[str, str]  # EXPERT or ITEM, and which

MOST_POINTS = 11  # of any scale
POSSIBLE = ("", "unable", *(str(point) for point in range(1, MOST_POINTS + 1)))


class Change(NamedTuple):
    """An answer that stands where another, `was`, stood when the digests were made."""

    now: Answer
    was: str
    by: int

    @property
    def places(self) -> tuple[Place, Place]:
        return (EXPERT, self.now.expert), (ITEM, self.now.item)


def told_apart(off: Mapping[Place, int], answers: Iterable[Answer]) -> tuple[list[Change], set[Place]]:
    """The changed answers of one round that can be told, and the places that are off by more than those.

    `off`: what each digest is more than that of the answers there are.
    """
    left, found = dict(off), list[Change]()
    possible = _by_place(one for answer in answers for one in _changes(answer, off))
    waiting = list(left)
    while waiting:
        place = waiting.pop()
        change = possible.get(place, {}).get(left.get(place, 0))
        if change is None or not all(one in left for one in change.places):
            continue
        found.append(change)
        for one in change.places:
            left[one] = (left[one] - change.by) % MODULUS
            if not left[one]:
                del left[one]
        waiting += [one for one in change.places if one in left]
    return sorted(found), set(left)


def _changes(answer: Answer, off: Mapping[Place, int]) -> Iterator[Change]:
    if (EXPERT, answer.expert) in off and (ITEM, answer.item) in off:
        now = number_of(answer)
        for was in POSSIBLE:
            if was != answer.rating:
                yield Change(answer, was, (number_of(answer._replace(rating=was)) - now) % MODULUS)


def _by_place(changes: Iterable[Change]) -> Mapping[Place, Mapping[int, Change]]:
    found: dict[Place, dict[int, Change]] = {}
    for change in changes:
        for place in change.places:
            found.setdefault(place, {})[change.by] = change
    return found
