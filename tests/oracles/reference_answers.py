"""What the answers to reference cases are made with: calls of the public API, as plain documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from delphi import scoring
from delphi.scoring.documents import to_document

Document = Mapping[str, Any]


def computed(name: str, **given: Any) -> Any:
    """A statistic as a plain document, fractions as the numbers they are."""
    return plain(to_document(scoring.compute(name, **given)))


def plain(document: Any) -> Any:
    if isinstance(document, dict):
        if document.keys() == {"exact", "value"}:
            return document["value"]
        return {name: plain(part) for name, part in document.items()}
    return [plain(part) for part in document] if isinstance(document, list) else document


def options(params: Document, *names: str) -> dict[str, Any]:
    return {name: params[name] for name in names if name in params}
