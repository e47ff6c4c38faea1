"""What a comparison finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """`differs` is False for what is on record as it should be, such as an amendment with its reason."""

    code: str  # has words: `verification.<code>`
    facts: Mapping[str, Any] = field(default_factory=dict)
    differs: bool = True


def changes(before: Any, after: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """(place, before, after) of every value of two documents that differs; places count from 1."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from changes(before.get(key), after.get(key), _below(place, key))
    elif isinstance(before, list) and isinstance(after, list):
        for number in range(max(len(before), len(after))):
            pair = (_at(before, number), _at(after, number))
            yield from changes(*pair, f"{place} {number + 1}")
    elif before != after:
        yield place, before, after


def _below(place: str, key: object) -> str:
    return f"{place}, {key}" if place else str(key)


def _at(values: list[Any], number: int) -> Any:
    return values[number] if number < len(values) else None
