"""Words for reports and what the team writes in them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "document.not_found": _("There is no such document."),
}

LABELS: dict[str, Any] = {}
