"""Words for studies."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "study.round_unfinished": _("Round %(number)s is not finished. Close and decide it, then conclude the study."),
    "study.not_found": _("There is no such study, or it is not open to you."),
    "study.wrong_state": _("The study has moved on meanwhile, so this can no longer be done. Look at its present state first."),
}

LABELS: dict[str, Any] = {
    "study.draft": _("Draft"),
    "study.sealed": _("Sealed"),
    "study.running": _("Running"),
    "study.concluded": _("Concluded"),
    "language.en": "English",
    "language.fr": "Français",
}
