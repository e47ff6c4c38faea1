"""The way to the first account, for whoever runs the server."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from delphi.domain.accounts import setup_code
from delphi.services import accounts


def way_to_first_account() -> str | None:
    """Where the first administrator is made, and the code asked for there; None once there is an account."""
    if accounts.exists_any():
        return None
    chosen = current_app.config["SETTINGS"]
    address = str(chosen.base_url).rstrip("/") + "/setup"
    if chosen.demo:
        return _("There is no account yet. Make the first one at %(address)s", address=address)
    return _(
        "There is no account yet. Make the first one at %(address)s with the set-up code %(code)s",
        address=address,
        code=setup_code(chosen.secret_key),
    )
