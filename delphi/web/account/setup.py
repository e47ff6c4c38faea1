"""The first administrator, made in the browser while there is no account at all."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask_babel import get_locale

from delphi.domain.accounts import is_setup_code
from delphi.domain.errors import DomainError
from delphi.models import Account
from delphi.services import accounts
from delphi.web import clock, limited
from delphi.web.account import blueprint
from delphi.web.account.entering import enter
from delphi.web.account.forms import PASSWORD_RULES, SetupForm
from delphi.web.errors import status_of
from delphi.web.forms import refuse
from delphi.web.guards import public


@blueprint.get("/setup")
@public("makes the first account, while there is none")
def setup() -> Any:
    return _over() or _page(_form())


@blueprint.post("/setup")
@public("makes the first account, while there is none")
def try_setup() -> Any:
    form = _form()
    if over := _over():
        return over
    if not form.validate():
        return _page(form), 400
    try:
        return enter(_first_administrator(form))
    except DomainError as error:
        refuse(form.code if "code" in error.code else form.password, error)
        return _page(form), status_of(error)


def _over() -> Any:
    return redirect(url_for("account.sign_in")) if accounts.exists_any() else None


def _form() -> SetupForm:
    """A demo asks for no code: nothing in it is worth protecting, and a newcomer should get in at once."""
    form = SetupForm()
    if current_app.config["SETTINGS"].demo:
        del form.code
    return form


def _page(form: SetupForm) -> str:
    return render_template("account/setup.html", form=form, rules=PASSWORD_RULES)


def _first_administrator(form: SetupForm) -> Account:
    if form.code:
        limited.charge("setup")
        if not is_setup_code(form.code.data or "", current_app.config["SECRET_KEY"]):
            raise DomainError("account.setup_code_wrong")
    email, name, password = form.email.data or "", form.name.data or "", form.password.data or ""
    return accounts.create(email, name, password, is_admin=True, now=clock.now(), language=str(get_locale()))
