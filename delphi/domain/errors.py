"""The one way pure code and services refuse: a code and its facts. Doors turn it into words."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Something a person asked for cannot be done; `code` is `noun.reason`, e.g. `round.not_open`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class NotFound(DomainError):
    """The thing does not exist, or not for this person: doors answer both alike."""


class Forbidden(DomainError):
    """The person may not do this."""
