"""Words for staff accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "account.sign_in_failed": _("The address or the password is not right. Check both and try again."),
    "account.not_allowed": _("You are signed in, but this page is not open to your role."),
    "account.too_many_tries": _("Too many tries from here. Wait a few minutes, then try again."),
}

LABELS: dict[str, Any] = {
    "role.owner": _("Owner"),
    "role.researcher": _("Researcher"),
    "role.facilitator": _("Facilitator"),
    "role.observer": _("Observer"),
    "account.invited": _("Invited"),
    "account.active": _("Active"),
    "account.suspended": _("Suspended"),
    "account.removed": _("Removed"),
}
