"""What is known of an expert besides panels and language: named, each with one value or several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from delphi.domain.errors import DomainError

LONGEST_NAME = 80
LONGEST_VALUE = 200

_BETWEEN = re.compile(r"[;\n]")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def several(text: str) -> list[str]:
    """The values of one cell, each once."""
    return list(dict.fromkeys(part.strip() for part in _BETWEEN.split(text) if part.strip()))


def check_name(name: str) -> None:
    if not 0 < len(name) <= LONGEST_NAME:
        raise DomainError("expert.attribute_name", most=LONGEST_NAME)


def check_values(values: Sequence[str]) -> None:
    """An address is no attribute: only the contact list may hold one."""
    if any(_ADDRESS.search(value) for value in values):
        raise DomainError("expert.attribute_address")
    longest = max(map(len, values), default=0)
    if longest > LONGEST_VALUE:
        raise DomainError("expert.value_too_long", found=longest, most=LONGEST_VALUE)


def from_lines(text: str) -> dict[str, list[str]]:
    """As typed by hand, an attribute a line: "role: nurse; teacher"."""
    found: dict[str, list[str]] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, values = line.partition(":")
        if not colon:
            raise DomainError("expert.attribute_line")
        name = " ".join(name.split())
        check_name(name)
        found[name] = list(dict.fromkeys([*found.get(name, ()), *several(values)]))
        check_values(found[name])
    return {name: values for name, values in found.items() if values}


def to_lines(attributes: Mapping[str, Sequence[str]]) -> str:
    return "\n".join(f"{name}: {'; '.join(values)}" for name, values in attributes.items())
