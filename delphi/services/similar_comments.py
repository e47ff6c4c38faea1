"""Comments that say nearly the same, to code or choose together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from delphi.services.comment_review import ReadComment

MOST = 800  # compared at once: each with each


@dataclass(frozen=True)
class Alike:
    """A comment and those like it, the most alike first, each with how much: 0 nothing shared, 1 the same pieces."""

    first: ReadComment
    others: Sequence[tuple[ReadComment, float]]

    @property
    def comments(self) -> list[ReadComment]:
        return [self.first, *(one for one, _score in self.others)]


def groups(comments: Iterable[ReadComment], threshold: float) -> list[Alike]:
    """Each comment is in one group at most; around the comment that is like the most others first."""
    from delphi.scoring.near_duplicates import near_duplicates

    listed = list(comments)[:MOST]
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for pair in near_duplicates([one.text for one in listed], threshold):
        near[pair.first][pair.second] = near[pair.second][pair.first] = pair.similarity
    found = []
    while near:
        first = max(near, key=lambda one: (len(near[one]), sum(near[one].values()), -one))
        around = sorted(near[first].items(), key=lambda pair: (-pair[1], pair[0]))
        found.append(Alike(listed[first], [(listed[other], score) for other, score in around]))
        _leave(near, {first, *near[first]})
    return found


def _leave(near: dict[int, dict[int, float]], gone: set[int]) -> None:
    for one in gone:
        for other in near.pop(one, {}):
            near.get(other, {}).pop(one, None)
    for one in [one for one, others in near.items() if not others]:
        del near[one]
