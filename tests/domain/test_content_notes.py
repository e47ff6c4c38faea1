"""Notes that stand before items hard to read."""

from __future__ import annotations

from dataclasses import dataclass, field

from delphi.domain.content_notes import by_section
from delphi.domain.sections import OTHER, Entry, Section, Task


@dataclass(frozen=True)
class Place:
    id: int
    parent_id: int | None = None
    content_note: dict[str, str] = field(default_factory=dict)


TREE = [
    Place(1, None, {"en": "Of the part."}),
    Place(2, 1, {"en": "Of the domain."}),
    Place(3, 2, {"en": "Of the sub-domain."}),
    Place(4, 2),
    Place(5, None, {"en": ""}),
]


def _section(section_id: int, *domains: int | None) -> Section:
    tasks = [Task(number, domain, 0, number, None, 0, 1) for number, domain in enumerate(domains)]
    return Section(section_id, {}, None, [Entry(task, None) for task in tasks])


def test_notes_of_all_places_from_the_widest_down_each_once() -> None:
    found = by_section([_section(2, 3, 4, 2, 3)], TREE)
    assert [note["en"] for note in found[2]] == ["Of the part.", "Of the domain.", "Of the sub-domain."]


def test_only_places_that_hold_an_item_count() -> None:
    found = by_section([_section(2, 4)], TREE)
    assert [note["en"] for note in found[2]] == ["Of the part.", "Of the domain."]


def test_without_a_note_there_is_none() -> None:
    assert by_section([_section(5, 5), _section(OTHER, None)], TREE) == {5: [], OTHER: []}
