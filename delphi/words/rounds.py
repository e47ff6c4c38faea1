"""Words for rounds."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "round.not_found": _("There is no such round in this study."),
    "round.wrong_state": _("The round has moved on meanwhile, so this can no longer be done. Look at its present state first."),
    "round.not_open": _("This round is closed. What was shown as saved is kept; this last change was not saved."),
}

LABELS: dict[str, Any] = {
    "round.draft": _("Draft"),
    "round.scheduled": _("Scheduled"),
    "round.open": _("Open"),
    "round.closed": _("Closed"),
    "round.decided": _("Decided"),
}
