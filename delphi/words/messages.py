"""Words for messages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "message.not_found": _("There is no such message in this study."),
    "message.wrong_state": _("This message still waits to leave. It can be sent again once it has left."),
    "message.no_mail_server": _(
        "No mail server is set, so messages wait. They leave once the setting DELPHI_SMTP_HOST is given."
    ),
    "message.mail_server_refuses": _(
        "The mail server does not let this installation in, so messages wait and are tried again. "
        "Whoever runs this installation needs to check the mail settings."
    ),
}

LABELS: dict[str, Any] = {
    "message.queued": _("Waiting to be sent"),
    "message.sending": _("Being sent"),
    "message.sent": _("Sent"),
    "message.failed": _("Failed"),
    "message.cancelled": _("Cancelled"),
    "message_kind.account_invitation": _("Invitation to staff"),
    "message_kind.password_reset": _("New password"),
    "message_kind.round_invitation": _("Invitation to a round"),
    "message_kind.link_again": _("Personal link"),
}
