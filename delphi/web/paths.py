"""Where to go next, when the address comes from the browser."""

from __future__ import annotations

from urllib.parse import urlsplit


def local(target: str | None, otherwise: str) -> str:
    """The target if it is a path of this site, else `otherwise`; nobody can be sent elsewhere through us."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if "\\" in target or any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target
