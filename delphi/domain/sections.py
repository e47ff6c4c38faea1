"""A round's items as an expert meets them: sections by domain, in the tree's order or a drawn one, cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from delphi.domain.presentation import ItemOrder

Texts = Mapping[str, str]

OTHER = 0  # the section of items that hang in no domain
PAGE_SIZE = 5


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
    page_size: int = PAGE_SIZE

    @property
    def done(self) -> int:
        return sum(entry.task.done for entry in self.entries)

    @property
    def total(self) -> int:
        return len(self.entries)

    @property
    def pages(self) -> int:
        return -(-self.total // self.page_size)

    def page(self, number: int) -> Sequence[Entry]:
        return self.entries[(number - 1) * self.page_size : number * self.page_size]

    def page_of(self, item_id: int) -> int:
        places = [entry.task.item_id for entry in self.entries]
        return places.index(item_id) // self.page_size + 1


@dataclass(frozen=True)
class Layout:
    """How a study lays out its items for one expert in one round; `seed` is that expert's."""

    order: ItemOrder = ItemOrder.FIXED
    seed: int = 0
    page_size: int = PAGE_SIZE

    def domain_place(self, node: Node) -> tuple[bytes, int, int]:
        """Where a part or domain comes among its brothers."""
        return self._place(self.order is ItemOrder.EVERYWHERE, "domain", node.id, node.position)

    def below_place(self, node: Node) -> tuple[bytes, int, int]:
        """Where a sub-domain comes among its brothers."""
        return self._place(self.order is not ItemOrder.FIXED, "domain", node.id, node.position)

    def item_place(self, task: Task) -> tuple[bytes, int, int]:
        """Where an item comes among those of the same domain or sub-domain."""
        return self._place(self.order is not ItemOrder.FIXED, "item", task.item_id, task.position)

    def _place(self, drawn: bool, kind: str, key: int, position: int) -> tuple[bytes, int, int]:
        # Each place is drawn by itself, so it is the same whatever else is asked.
        draw = sha256(f"{self.seed} {kind} {key}".encode()).digest() if drawn else b""
        return draw, position, key


AS_IN_THE_TREE = Layout()


def arrange(tasks: Iterable[Task], nodes: Iterable[Node], layout: Layout = AS_IN_THE_TREE) -> list[Section]:
    """Every task in the section of its domain; those without one come last.

    However items are drawn, a part's domains stay together and so do a sub-domain's items, under one heading;
    what hangs directly in a part or domain comes before what is deeper, as no heading stands over it.
    """
    tree = {node.id: node for node in nodes}
    ways = {node_id: _way(tree, node_id) for node_id in tree}
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(_section_of(ways.get(task.domain_id or OTHER, [])), []).append(task)
    places = {section: [layout.domain_place(node) for node in ways.get(section, [])] for section in found}
    first_to_last = sorted(found, key=lambda section: (section == OTHER, places[section]))
    return [_section(tree.get(section), ways, layout, found[section]) for section in first_to_last]


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
    node: Node | None, ways: Mapping[int, Sequence[Node]], layout: Layout, tasks: Iterable[Task]
) -> Section:
    if node is None:
        entries = [Entry(task, None) for task in sorted(tasks, key=layout.item_place)]
        return Section(OTHER, {}, None, entries, layout.page_size)
    below = {task.item_id: ways[task.domain_id or OTHER][len(ways[node.id]) :] for task in tasks}
    placed = sorted(
        tasks,
        key=lambda task: ([layout.below_place(one) for one in below[task.item_id]], layout.item_place(task)),
    )
    parts = [above.name for above in ways[node.id] if above.level == "part" and above.id != node.id]
    entries = [Entry(task, below[task.item_id][-1].name if below[task.item_id] else None) for task in placed]
    return Section(node.id, node.name, parts[0] if parts else None, entries, layout.page_size)
