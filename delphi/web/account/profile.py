"""One's own account: name, language, password, and the browsers signed in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, session as cookie, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.services import accounts
from delphi.web import clock, limited
from delphi.web.account import blueprint
from delphi.web.account.forms import PASSWORD_RULES, PasswordForm, ProfileForm
from delphi.web.errors import status_of
from delphi.web.forms import refuse
from delphi.web.guards import signed_in


@blueprint.get("/account")
@signed_in
def profile() -> Any:
    return _page()


@blueprint.post("/account")
@signed_in
def describe() -> Any:
    form = ProfileForm()
    if not form.validate():
        return _page(about=form), 400
    accounts.describe(current_user.account, form.name.data or "", form.language.data)
    cookie.pop("language", None)  # the language of the account holds from now on
    return _done(_("Your name and language are saved."))


@blueprint.post("/account/password")
@signed_in
def change_password() -> Any:
    form = PasswordForm()
    if not form.validate():
        return _page(secret=form), 400
    try:
        limited.charge("password", current_user.account.email)
        old, new = form.current_password.data or "", form.new_password.data or ""
        accounts.change_password(current_user.session, old, new, clock.now())
    except DomainError as error:
        about_new = error.code.startswith("account.password_")
        refuse(form.new_password if about_new else form.current_password, error)
        return _page(secret=form), status_of(error)
    return _done(_("Your password is changed, and every other browser is signed out."))


@blueprint.post("/account/browsers/<int:session_id>/sign-out")
@signed_in
def sign_out_browser(session_id: int) -> Any:
    accounts.revoke_session(current_user.account, session_id, clock.now())
    return _done(_("That browser is signed out."))


@blueprint.post("/account/browsers/sign-out-others")
@signed_in
def sign_out_others() -> Any:
    accounts.revoke_sessions(current_user.account, clock.now(), keep=current_user.session)
    return _done(_("Every other browser is signed out."))


def _done(text: str) -> Any:
    flash(text, "ok")
    return redirect(url_for("account.profile"), 303)


def _page(about: ProfileForm | None = None, secret: PasswordForm | None = None) -> str:
    account = current_user.account
    return render_template(
        "account/profile.html",
        account=account,
        about=about or ProfileForm(formdata=None, name=account.name, language=account.language),
        secret=secret or PasswordForm(formdata=None),
        rules=PASSWORD_RULES,
        browsers=accounts.sessions(account, clock.now()),
        current=current_user.session,
    )
