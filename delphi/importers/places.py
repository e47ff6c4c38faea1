"""The places in the domain tree that a table's rows ask for, found among those there are or planned anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from delphi.domain.texts import same

LEVELS = ("part", "domain", "subdomain")


@dataclass(eq=False)
class Place:
    """A part, domain or sub-domain; `id` where the study has it already."""

    level: str
    names: dict[str, str]
    parent: Place | None = None
    id: int | None = None
    row: int | None = None  # the first row that asked for it
    missing: dict[str, str] = field(default_factory=dict)  # names in languages the study has none for yet


@dataclass(frozen=True)
class OtherName:
    """A row calls a place by one of its names and, in another language, by a different one."""

    place: Place
    language: str
    name: str


class Places:
    """All places by parent, level and name in any language; however they are written."""

    def __init__(self, known: Iterable[Place] = ()) -> None:
        self._by_name: dict[tuple[Place | None, str, str, str], Place] = {}
        for place in known:
            self._remember(place, place.names)

    def find(self, parent: Place | None, level: str, names: dict[str, str], row: int) -> Place:
        """The place so named under this parent, planned if there is none."""
        for language, name in names.items():
            place = self._by_name.get((parent, level, language, same(name)))
            if place is not None:
                new = {one: text for one, text in names.items() if one not in place.names}
                place.missing |= new
                place.names |= new
                self._remember(place, new)
                return place
        place = Place(level, dict(names), parent, row=row)
        self._remember(place, names)
        return place

    def _remember(self, place: Place, names: dict[str, str]) -> None:
        for language, name in names.items():
            self._by_name.setdefault((place.parent, place.level, language, same(name)), place)


def other_names(place: Place, names: dict[str, str]) -> Iterator[OtherName]:
    for language, name in names.items():
        if same(place.names[language]) != same(name):
            yield OtherName(place, language, name)


def lineage(place: Place | None) -> list[Place]:
    """The place and those above it, topmost first."""
    line: list[Place] = []
    while place is not None:
        line.insert(0, place)
        place = place.parent
    return line
