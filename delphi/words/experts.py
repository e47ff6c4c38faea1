"""Words for experts and their links."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "expert.not_found": _("There is no such expert in this study."),
    "expert.wrong_state": _("This cannot be done: the state of this expert has changed meanwhile."),
    "link.not_valid": _(
        "This link is not valid any more. You can ask for a new one with your e-mail address."
    ),
}

LABELS: dict[str, Any] = {
    "expert.invited": _("Invited"),
    "expert.active": _("Active"),
    "expert.declined": _("Declined"),
    "expert.withdrawn": _("Withdrawn"),
}
