"""Words for study bundles."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "bundle.unknown": _("There is no bundle of this kind."),
    "bundle.no_closed_round": _(
        "No round of this study is closed yet, so there is nothing that could be checked. Make the bundle after the "
        "first round has closed."
    ),
}

LABELS: dict[str, Any] = {
    "work_kind.bundle.research": _("Study bundle for research"),
    "work_kind.bundle.public": _("Study bundle for the public"),
    "work_step.bundle": _("Writing the tables"),
}
