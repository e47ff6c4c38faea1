"""Words for protocols."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {}

LABELS: dict[str, Any] = {
    "verdict.promote": _("Promote"),
    "verdict.revise": _("Revise"),
    "verdict.drop": _("Drop"),
    "verdict.re-rate": _("Re-rate"),
    "verdict.insufficient": _("Insufficient data"),
}
