"""Addresses and forms of the pages of experts."""

from __future__ import annotations

from typing import Any

from delphi.models import Panel, Study


def address(study: Study, *parts: object) -> str:
    return "/".join(map(str, (f"/studies/{study.id}/experts", *parts)))


def filled(*panels: Panel, **other: Any) -> dict[str, Any]:
    form = {
        "name": "Chloé Tremblay",
        "email": "chloe@example.org",
        "phone": "",
        "language": "fr",
        "attributes": "",
    }
    return form | {"panels": [str(panel.id) for panel in panels]} | other
