"""Pages reached by a one-time link in a message, and the page that asks for one. GET shows, POST acts."""

from __future__ import annotations

from typing import Any

from flask import flash, g, render_template
from flask_babel import gettext as _

from delphi.domain.errors import DomainError
from delphi.models import Account
from delphi.models.account import TokenPurpose
from delphi.services import accounts, staff
from delphi.web import clock, limited
from delphi.web.account import blueprint
from delphi.web.account.entering import enter
from delphi.web.account.forms import PASSWORD_RULES, ForgotForm, InvitationForm, ResetForm
from delphi.web.errors import status_of
from delphi.web.forms import refuse
from delphi.web.guards import public


@blueprint.get("/forgot")
@public("for people who cannot sign in")
def forgot() -> Any:
    return render_template("account/forgot.html", form=ForgotForm())


@blueprint.post("/forgot")
@public("for people who cannot sign in")
def ask_for_link() -> Any:
    """The same answer whether or not the address is known."""
    form = ForgotForm()
    if not form.validate():
        return render_template("account/forgot.html", form=form), 400
    email = form.email.data or ""
    try:
        limited.charge("reset", email)
    except DomainError as error:
        refuse(form.email, error)
        return render_template("account/forgot.html", form=form), status_of(error)
    staff.request_reset(email, clock.now())
    return render_template("account/link_asked.html", email=email)


@blueprint.get("/reset/<token>")
@public("the link in the message is the proof")
def reset(token: str) -> Any:
    account = _holder(token, TokenPurpose.PASSWORD_RESET)
    return _reset_page(ResetForm(), account)


@blueprint.post("/reset/<token>")
@public("the link in the message is the proof")
def choose_new_password(token: str) -> Any:
    account = _holder(token, TokenPurpose.PASSWORD_RESET)
    form = ResetForm()
    if not form.validate():
        return _reset_page(form, account), 400
    try:
        accounts.set_password(token, form.password.data or "", clock.now())
    except DomainError as error:
        refuse(form.password, error)
        return _reset_page(form, account), status_of(error)
    answer = enter(account)
    flash(_("Your new password is set, and every other browser is signed out."), "ok")
    return answer


@blueprint.get("/invitation/<token>")
@public("the link in the message is the proof")
def invitation(token: str) -> Any:
    account = _holder(token, TokenPurpose.INVITATION)
    return _invitation_page(InvitationForm(name=account.name, language=account.language), account)


@blueprint.post("/invitation/<token>")
@public("the link in the message is the proof")
def accept_invitation(token: str) -> Any:
    account = _holder(token, TokenPurpose.INVITATION)
    form = InvitationForm()
    if not form.validate():
        return _invitation_page(form, account), 400
    name, password, language = form.name.data or "", form.password.data or "", form.language.data
    try:
        accounts.accept_invitation(token, name, password, language, clock.now())
    except DomainError as error:
        refuse(form.password, error)
        return _invitation_page(form, account), status_of(error)
    answer = enter(account)
    flash(_("Welcome, %(name)s. Your account is ready.", name=account.name), "ok")
    return answer


def _holder(token: str, purpose: TokenPurpose) -> Account:
    account = accounts.holder(token, purpose, clock.now())
    g.own_language = account.language
    return account


def _reset_page(form: ResetForm, account: Account) -> str:
    return render_template("account/reset.html", form=form, account=account, rules=PASSWORD_RULES)


def _invitation_page(form: InvitationForm, account: Account) -> str:
    return render_template("account/invitation.html", form=form, account=account, rules=PASSWORD_RULES)
