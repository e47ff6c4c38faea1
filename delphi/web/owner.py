"""Whose a page is, and what waits on a device: never taken under the visit of somebody else."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app

from delphi.domain.errors import DomainError
from delphi.services.links import Visit


def owner(visit: Visit) -> str:
    """A name for this expert that only this installation can make, and that tells nothing."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"answers of expert {visit.expert.id}".encode(), hashlib.sha256).hexdigest()[:24]


def check_owner(visit: Visit, sent: object) -> None:
    """Refuse what another expert's page sends after this expert's link was opened in the same browser."""
    if not isinstance(sent, str) or not hmac.compare_digest(
        sent.encode(errors="replace"), owner(visit).encode()
    ):
        raise DomainError("link.session_ended")
