"""Words for long work and its files."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "work.unknown": _("There is nothing of this kind to be made."),
    "work.not_found": _("This file does not exist, or is no longer kept."),
    "work.option": _("This cannot be chosen here. Go back to the page, load it again and choose once more."),
    "work.wrong_state": _("This is finished already, or was cancelled meanwhile."),
    "work.not_ready": _("This file is not ready yet."),
    "work.taken_back": _(
        "Since this file was made, words were taken out of a comment or an expert withdrew, so it may not be read "
        "any more. Make it again."
    ),
    # Why a work failed, and what to do.
    "work.interrupted": _(
        "The server was stopped twice while this was made. Try again; if it fails again, tell whoever runs this site."
    ),
}

LABELS: dict[str, Any] = {
    "work_state.waiting": _("Waiting"),
    "work_state.under_way": _("Being made"),
    "work_state.done": _("Ready"),
    "work_state.failed": _("Failed"),
    "work_state.cancelled": _("Cancelled"),
    "work_language.en": _("English"),
    "work_language.fr": _("French"),
}
