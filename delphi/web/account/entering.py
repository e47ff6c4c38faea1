"""How a browser becomes signed in, by whichever way."""

from __future__ import annotations

import re
from typing import Any

from flask import redirect, request, session as cookie, url_for
from flask_login import current_user, login_user

from delphi.models import Account
from delphi.services import accounts
from delphi.web import clock, paths
from delphi.web.guards import Staff

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser() -> str:
    """Enough of the browser for its owner to know it again, such as "Firefox, Linux"."""
    agent = request.user_agent.string
    names = [_first(agent, _BROWSERS), _first(agent, _SYSTEMS)]
    return ", ".join(name for name in names if name)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for pattern, name in known if re.search(pattern, agent)), "")


def enter(account: Account) -> Any:
    """Sign in somebody who has just proved who they are."""
    return enter_with(accounts.open_session(account, browser(), clock.now()))


def enter_with(token: str, target: str | None = None) -> Any:
    """A new cookie, so that nothing planted in the old one lives on; then to a page of this site."""
    if current_user.is_authenticated:
        accounts.sign_out(current_user.token, clock.now())
    cookie.clear()
    login_user(Staff(token, accounts.session_of(token, clock.now())))
    return redirect(paths.local(target, url_for("researcher.studies")), 303)
