"""The task list: sections in the order of the domain tree, cut into pages."""

from __future__ import annotations

from dataclasses import dataclass

from delphi.domain.sections import OTHER, Task, arrange, minutes_left


@dataclass(frozen=True)
class Place:
    id: int
    level: str
    parent_id: int | None = None
    position: int = 0

    @property
    def name(self) -> dict[str, str]:
        return {"en": f"{self.level} {self.id}"}


def _task(item_id: int, domain_id: int | None = None, position: int = 0, answered: int = 0) -> Task:
    return Task(item_id, domain_id, position, item_id, None, answered, criteria=2)


TREE = [
    Place(1, "part", position=1),
    Place(2, "part", position=0),
    Place(3, "domain", parent_id=1),
    Place(4, "domain", parent_id=2, position=1),
    Place(5, "domain", parent_id=2, position=0),
    Place(6, "subdomain", parent_id=5, position=1),
    Place(7, "subdomain", parent_id=5, position=0),
]


def test_sections_follow_the_tree_and_the_rest_comes_last() -> None:
    sections = arrange([_task(1), _task(2, 3), _task(3, 4), _task(4, 6), _task(5, 99)], TREE)
    assert [section.id for section in sections] == [5, 4, 3, OTHER]
    assert [section.part and section.part["en"] for section in sections] == [
        "part 2",
        "part 2",
        "part 1",
        None,
    ]
    assert [entry.task.item_id for entry in sections[-1].entries] == [1, 5]


def test_items_of_a_domain_come_before_those_of_its_subdomains() -> None:
    (section,) = arrange([_task(1, 6), _task(2, 7, 1), _task(3, 7, 0), _task(4, 5, 9)], TREE)
    assert [entry.task.item_id for entry in section.entries] == [4, 3, 2, 1]
    assert [entry.subdomain and entry.subdomain["en"] for entry in section.entries] == [
        None,
        "subdomain 7",
        "subdomain 7",
        "subdomain 6",
    ]


def test_an_item_right_in_a_part_has_the_part_as_its_section() -> None:
    (section,) = arrange([_task(1, 1)], TREE)
    assert (section.id, section.name, section.part) == (1, {"en": "part 1"}, None)
    assert section.entries[0].subdomain is None


def test_pages_of_five() -> None:
    (section,) = arrange([_task(number, 3, number) for number in range(1, 12)], TREE)
    assert section.pages == 3
    assert [entry.task.item_id for entry in section.page(3)] == [11]
    assert [section.page_of(item_id) for item_id in (1, 5, 6, 11)] == [1, 1, 2, 3]


def test_done_needs_every_criterion() -> None:
    (section,) = arrange([_task(1, 3, answered=1), _task(2, 3, answered=2)], TREE)
    assert (section.done, section.total) == (1, 2)


def test_minutes_left_are_rounded_up() -> None:
    assert minutes_left([]) == 0
    assert minutes_left([_task(1, answered=2)]) == 0
    assert minutes_left([_task(1, answered=1)]) == 1
    assert minutes_left([_task(number) for number in range(5)]) == 4  # 10 answers of 20 seconds
