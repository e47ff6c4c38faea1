"""Forms carry a mark of what held when they were opened, so that nobody overwrites somebody else unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import request

from delphi.domain.errors import DomainError


def mark(held: Mapping[str, Any]) -> str:
    """For the form's hidden input `seen`; `held`: what all its inputs hold now, by their names."""
    return hashlib.sha256(json.dumps(_plain(held), sort_keys=True).encode()).hexdigest()[:16]


def check(held: Mapping[str, Any], typed: Mapping[str, Any] | None = None) -> None:
    """Refuse what was opened before somebody else saved; the same saved twice is no conflict."""
    seen = request.form.get("seen")
    if seen in (None, mark(held)):
        return
    sent, now = _plain(request.form if typed is None else typed), _plain(held)
    if any(sent.get(name) != now.get(name) for name in held):
        raise DomainError("form.overtaken")


def _plain(held: Mapping[str, Any]) -> dict[str, str]:
    """As texts, without those that are empty."""
    texts = {name: str(value or "").replace("\r\n", "\n").strip() for name, value in held.items()}
    return {name: text for name, text in texts.items() if text}
