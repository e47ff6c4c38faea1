"""Which groups' numbers, and which panels beside single answers, a bundle may hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from delphi.scoring.rules import POOLED

Place = tuple[int, int]  # round and item, by id


@dataclass(frozen=True)
class Groups:
    """`kept[round, item]`: the groups that may be told; None: all that pages show, and every panel beside answers."""

    kept: Mapping[Place, frozenset[str]] | None = None

    def of_numbers(self, place: Place, shown: Collection[str]) -> list[str]:
        """Of the groups that pages show, those whose numbers may be in the bundle, pooled first."""
        told = set(shown) if self.kept is None else set(shown) & self.kept.get(place, frozenset())
        return sorted(told, key=lambda group: (group != POOLED, group))

    def of_answer(self, place: Place, held: Collection[str]) -> list[str]:
        """The panels that may stand beside an answer, of those its author holds."""
        return sorted(held if self.kept is None else set(held) & self.kept.get(place, frozenset()))

    def has_answers(self, place: Place) -> bool:
        """Whether the answers to an item in a round may be told at all."""
        return self.kept is None or POOLED in self.kept.get(place, frozenset())


EVERY_GROUP = Groups()
