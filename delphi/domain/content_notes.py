"""What is told before items that may be hard to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from delphi.domain.sections import OTHER, Section, Texts


class Noted(Protocol):
    """A place in the domain tree that may have a note."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def content_note(self) -> Texts: ...


def by_section(sections: Iterable[Section], nodes: Iterable[Noted]) -> dict[int, list[Texts]]:
    """Section id -> the notes of all places its items lie in, the widest first, each once."""
    tree = {node.id: node for node in nodes}
    return {section.id: _notes(section, tree) for section in sections}


def _notes(section: Section, tree: Mapping[int, Noted]) -> list[Texts]:
    ways = {entry.task.domain_id: _way(tree, entry.task.domain_id) for entry in section.entries}
    places = {node.id: node for way in sorted(ways.values(), key=len) for node in way}
    return [node.content_note for node in places.values() if any(node.content_note.values())]


def _way(tree: Mapping[int, Noted], node_id: int | None) -> Sequence[Noted]:
    return list(_upwards(tree, node_id))[::-1]


def _upwards(tree: Mapping[int, Noted], node_id: int | None) -> Iterator[Noted]:
    node = tree.get(node_id or OTHER)
    while node is not None:
        yield node
        node = tree.get(node.parent_id or OTHER)
