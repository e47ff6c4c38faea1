"""Deny by default: a view without a guard answers nobody.

`@public("why")` names an exception; `@signed_in`, `@administrator`, `@study_page(permission)` and `@expert_page`
each check, load what they checked and hand it to the view.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, session as cookie, url_for
from flask_login import LoginManager, current_user

from delphi.domain.errors import DomainError, Forbidden, NotFound
from delphi.domain.permissions import Permission, allows
from delphi.services import accounts, links, studies
from delphi.web import clock
from delphi.web.owner import check_owner

View = Callable[..., Any]


class Staff:
    """What Flask-Login calls a user: an account reached through one revocable session."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, session: Any) -> None:
        self.token = token
        self.session = session
        self.account = session.account

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # phones change address; sessions are revocable instead
    manager.user_loader(_load_staff)
    manager.unauthorized_handler(_to_sign_in)
    app.before_request(_deny_unguarded)


def _load_staff(token: str) -> Staff | None:
    found = accounts.session_of(token, now=clock.now())
    if found is None:
        return None
    g.own_language = found.account.language
    return Staff(token, found)


def _to_sign_in() -> Any:
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=target))


def _deny_unguarded() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and request.endpoint != "static" and not hasattr(view, "guard"):
        abort(403)


def _marked(view: View, guard: str) -> View:
    view.guard = guard  # type: ignore[attr-defined]
    return view


def public(reason: str) -> Callable[[View], View]:
    """Open to everyone, for the reason given; a test holds the list of these."""
    return lambda view: _marked(view, f"public: {reason}")


def signed_in(view: View) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return _to_sign_in()
        return view(*args, **kwargs)

    return _marked(guarded, "signed in")


def administrator(view: View) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return _to_sign_in()
        if not current_user.account.is_admin:
            raise Forbidden("account.not_allowed")
        return view(*args, **kwargs)

    return _marked(guarded, "administrator")


def study_page(permission: Permission) -> Callable[[View], View]:
    """For `/studies/<study_id>/...`: the view gets the study; `g.membership` and `may()` tell the role."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(study_id: int, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return _to_sign_in()
            membership = studies.membership(study_id, current_user.account.id)
            if membership is None:
                raise NotFound("study.not_found")
            if not allows(membership.role, permission):
                raise Forbidden("account.not_allowed")
            g.membership, g.study, g.zone = membership, membership.study, membership.study.time_zone
            return view(membership.study, **kwargs)

        return _marked(guarded, f"study: {permission}")

    return decorate


def may(permission: str) -> bool:
    """Whether the reader of this study page has the permission; for templates."""
    return "membership" in g and allows(g.membership.role, Permission(permission))


def expert_page(view: View) -> View:
    """For `/x/<study_id>/...`: a session opened by a personal link; the view gets a `links.Visit`.

    A form says whose page it is on: with another expert's link opened meanwhile, it is refused.
    """

    @wraps(view)
    def guarded(study_id: int, **kwargs: Any) -> Any:
        ticket = cookie.get("visits", {}).get(str(study_id))
        visit = links.visit(ticket, study_id) if ticket else None
        if visit is None:
            raise DomainError("link.session_ended")
        if "owner" in request.form:
            check_owner(visit, request.form["owner"])
        g.visit, g.study, g.zone, g.own_language = (
            visit,
            visit.study,
            visit.study.time_zone,
            visit.expert.language,
        )
        return view(visit, **kwargs)

    return _marked(guarded, "expert")
