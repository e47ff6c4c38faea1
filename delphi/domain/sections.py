"""A round's items as an expert meets them: sections in the order of the domain tree, cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Texts = Mapping[str, str]

OTHER = 0  # the section of items that hang in no domain
PAGE_SIZE = 5
SECONDS_AN_ANSWER = 20


class Node(Protocol):
    """A place in the domain tree."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def level(self) -> str: ...
    @property
    def name(self) -> Texts: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True)
class Task:
    """An item to rate, and how many of its criteria are answered."""

    item_id: int
    domain_id: int | None
    position: int
    wording_id: int
    previous_round_id: int | None
    answered: int
    criteria: int

    @property
    def done(self) -> bool:
        return self.answered >= self.criteria


@dataclass(frozen=True)
class Entry:
    """A task in its section, under a sub-domain's name where it has one."""

    task: Task
    subdomain: Texts | None


@dataclass(frozen=True)
class Section:
    """A domain, with the name of the part it belongs to."""

    id: int
    name: Texts
    part: Texts | None
    entries: Sequence[Entry]

    @property
    def done(self) -> int:
        return sum(entry.task.done for entry in self.entries)

    @property
    def total(self) -> int:
        return len(self.entries)

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)

    def page(self, number: int) -> Sequence[Entry]:
        return self.entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]

    def page_of(self, item_id: int) -> int:
        places = [entry.task.item_id for entry in self.entries]
        return places.index(item_id) // PAGE_SIZE + 1


def arrange(tasks: Iterable[Task], nodes: Iterable[Node]) -> list[Section]:
    """Every task in the section of its domain; those without one come last."""
    tree = {node.id: node for node in nodes}
    ways = {node_id: _way(tree, node_id) for node_id in tree}
    order = {node_id: [(node.position, node.id) for node in way] for node_id, way in ways.items()}
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(_section_of(ways.get(task.domain_id or OTHER, [])), []).append(task)
    first_to_last = sorted(found, key=lambda section: (section == OTHER, order.get(section, [])))
    return [_section(tree.get(section), ways, order, found[section]) for section in first_to_last]


def _way(tree: Mapping[int, Node], node_id: int) -> list[Node]:
    """From the root down to a node."""
    way: list[Node] = []
    node = tree.get(node_id)
    while node is not None:
        way.insert(0, node)
        node = tree.get(node.parent_id or OTHER)
    return way


def _section_of(way: Sequence[Node]) -> int:
    """The domain on the way to an item; the part itself where an item hangs directly in one."""
    domains = [node.id for node in way if node.level == "domain"]
    return domains[0] if domains else (way[-1].id if way else OTHER)


def _section(
    node: Node | None,
    ways: Mapping[int, Sequence[Node]],
    order: Mapping[int, list[tuple[int, int]]],
    tasks: Iterable[Task],
) -> Section:
    if node is None:
        ordered = sorted(tasks, key=lambda task: (task.position, task.item_id))
        return Section(OTHER, {}, None, [Entry(task, None) for task in ordered])
    placed = sorted(tasks, key=lambda task: (order[task.domain_id or OTHER], task.position, task.item_id))
    parts = [above.name for above in ways[node.id] if above.level == "part" and above.id != node.id]
    entries = [Entry(task, _below(ways[task.domain_id or OTHER], node)) for task in placed]
    return Section(node.id, node.name, parts[0] if parts else None, entries)


def _below(way: Sequence[Node], section: Node) -> Texts | None:
    return way[-1].name if way[-1].id != section.id else None


def minutes_left(tasks: Iterable[Task]) -> int:
    """A rough guess, rounded up."""
    seconds = sum(task.criteria - task.answered for task in tasks) * SECONDS_AN_ANSWER
    return -(-seconds // 60)
