"""The task list: sections in the order of the domain tree, cut into pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import pytest

from delphi.domain.presentation import ItemOrder
from delphi.domain.sections import OTHER, Layout, Section, Task, arrange


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


# Drawn orders.


def _shown(sections: list[Section]) -> list[tuple[int, list[int]]]:
    return [(section.id, [entry.task.item_id for entry in section.entries]) for section in sections]


TASKS = [_task(number, 3 + number % 5, number) for number in range(40)] + [_task(99, 2), _task(100)]


def _drawn(order: ItemOrder, seed: int) -> list[Section]:
    return arrange(TASKS, TREE, Layout(order, seed))


@pytest.mark.parametrize("order", [ItemOrder.WITHIN_DOMAINS, ItemOrder.EVERYWHERE])
def test_a_drawn_order_is_the_same_on_return_and_another_for_others(order: ItemOrder) -> None:
    assert _drawn(order, 7) == _drawn(order, 7)
    assert len({repr(_shown(_drawn(order, seed))) for seed in range(20)}) > 15
    for section in _drawn(order, 7):
        fixed = next(one for one in arrange(TASKS, TREE) if one.id == section.id)
        assert {entry.task.item_id for entry in section.entries} == {e.task.item_id for e in fixed.entries}


def test_within_domains_keeps_the_order_of_domains() -> None:
    fixed = [section.id for section in arrange(TASKS, TREE)]
    for seed in range(10):
        assert [section.id for section in _drawn(ItemOrder.WITHIN_DOMAINS, seed)] == fixed


def test_everywhere_moves_domains_but_keeps_parts_together_and_the_rest_last() -> None:
    orders = {tuple(section.id for section in _drawn(ItemOrder.EVERYWHERE, seed)) for seed in range(40)}
    assert orders == {(2, 5, 4, 3, 0), (2, 4, 5, 3, 0), (3, 2, 5, 4, 0), (3, 2, 4, 5, 0)}


@pytest.mark.parametrize("order", [ItemOrder.WITHIN_DOMAINS, ItemOrder.EVERYWHERE])
def test_items_of_a_subdomain_stay_together_after_those_without_one(order: ItemOrder) -> None:
    seen = set()
    for seed in range(20):
        section = next(one for one in _drawn(order, seed) if one.id == 5)
        names = [entry.subdomain and entry.subdomain["en"] for entry in section.entries]
        runs = tuple(name for name, _ in groupby(names))
        assert runs[0] is None
        seen.add(runs)
    assert seen == {(None, "subdomain 6", "subdomain 7"), (None, "subdomain 7", "subdomain 6")}


def test_an_items_place_does_not_depend_on_what_else_is_asked() -> None:
    whole = [entry.task.item_id for entry in _drawn(ItemOrder.WITHIN_DOMAINS, 3)[-2].entries]
    fewer = arrange(TASKS[5:], TREE, Layout(ItemOrder.WITHIN_DOMAINS, 3))
    some = [entry.task.item_id for entry in fewer[-2].entries]
    assert some == [item_id for item_id in whole if item_id in some]


def test_the_study_chooses_how_many_make_a_page() -> None:
    tasks = [_task(number, 3, number) for number in range(1, 12)]
    (section,) = arrange(tasks, TREE, Layout(page_size=3))
    assert (section.pages, section.page_of(4), section.page_of(11)) == (4, 2, 4)
    assert [entry.task.item_id for entry in section.page(2)] == [4, 5, 6]
