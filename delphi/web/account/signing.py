"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session as cookie, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.services import accounts
from delphi.web import clock, limited, paths
from delphi.web.account import blueprint
from delphi.web.account.entering import browser, enter_with
from delphi.web.account.forms import SignInForm
from delphi.web.errors import status_of
from delphi.web.guards import public, signed_in
from delphi.words import explained


@blueprint.get("/sign-in")
@public("whoever signs in is not signed in yet")
def sign_in() -> Any:
    if current_user.is_authenticated:
        return redirect(paths.local(request.args.get("next"), url_for("researcher.studies")))
    if not accounts.exists_any():
        return redirect(url_for("account.setup"))
    return render_template("account/sign_in.html", form=SignInForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in")
@public("whoever signs in is not signed in yet")
def try_sign_in() -> Any:
    form = SignInForm()
    if not form.validate():
        return render_template("account/sign_in.html", form=form), 400
    email, password = form.email.data or "", form.password.data or ""
    try:
        limited.charge("sign_in", email)
        token = accounts.sign_in(email, password, browser(), clock.now())
    except DomainError as error:
        form.form_errors.append(explained(error))
        return render_template("account/sign_in.html", form=form), status_of(error)
    return enter_with(token, form.next.data)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Any:
    accounts.sign_out(current_user.token, clock.now())
    cookie.clear()
    flash(_("You are signed out."), "ok")
    return redirect(url_for("account.sign_in"), 303)
