"""Words for messages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {}

LABELS: dict[str, Any] = {
    "message.queued": _("Waiting to be sent"),
    "message.sending": _("Being sent"),
    "message.sent": _("Sent"),
    "message.failed": _("Failed"),
    "message.cancelled": _("Cancelled"),
}
