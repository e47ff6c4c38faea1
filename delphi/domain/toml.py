"""Writes a document as TOML that a person likes to read: one line for what is short, a table for what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 100

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dumps(document: Mapping[str, Any]) -> str:
    """Plain values, then tables, then lists of tables."""
    return "\n".join(_table("", document)).strip("\n") + "\n"


def _table(path: str, table: Mapping[str, Any]) -> Iterator[str]:
    below = {key: value for key, value in table.items() if _stands_alone(key, value)}
    for key, value in table.items():
        if key not in below:
            yield from _pair(key, value)
    for key, value in below.items():
        place = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, Mapping):
            # A table that only holds tables needs no heading of its own.
            if any(not _stands_alone(name, inner) for name, inner in value.items()):
                yield f"\n[{place}]"
            yield from _table(place, value)
        else:
            for entry in value:
                yield f"\n[[{place}]]"
                yield from _table(place, entry)


def _stands_alone(key: str, value: Any) -> bool:
    """Whether a value is written under a heading: a table too long for a line, or a list of such tables."""
    if isinstance(value, Mapping):
        return any(isinstance(inner, Mapping | bool) for inner in value.values()) and not _short(key, value)
    tables = isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)
    return tables and any(isinstance(inner, list) for entry in value for inner in entry.values())


def _short(key: str, value: object) -> bool:
    return len(f"{_key(key)} = {_inline(value)}") <= WIDTH


def _pair(key: str, value: object) -> Iterator[str]:
    if isinstance(value, list) and not _short(key, value):
        yield f"{_key(key)} = ["
        yield from (f"    {_inline(entry)}," for entry in value)
        yield "]"
    else:
        yield f"{_key(key)} = {_inline(value)}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_inline(inner)}" for key, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else repr(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
