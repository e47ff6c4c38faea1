"""Words for items."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "item.not_found": _("There is no such item in this study."),
    "item.wrong_state": _("This item has moved on meanwhile, so this can no longer be done."),
}

LABELS: dict[str, Any] = {
    "item.candidate": _("Candidate"),
    "item.in_play": _("In play"),
    "item.promoted": _("Promoted"),
    "item.dropped": _("Dropped"),
    "item.merged": _("Merged"),
    "item.split": _("Split"),
    "level.part": _("Part"),
    "level.domain": _("Domain"),
    "level.subdomain": _("Sub-domain"),
}
