"""The administrator's pages: who may sign in."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from delphi.domain.errors import DomainError
from delphi.models import Account
from delphi.models.account import AccountState
from delphi.services import staff as service
from delphi.web import clock
from delphi.web.account import blueprint
from delphi.web.account.forms import InviteForm
from delphi.web.errors import status_of
from delphi.web.forms import refuse
from delphi.web.guards import administrator


@blueprint.get("/staff")
@administrator
def staff() -> Any:
    search, chosen = request.args.get("search", "").strip(), request.args.get("state", "")
    state = AccountState(chosen) if chosen in list(AccountState) else None
    found = service.everyone(search, state)
    return render_template(
        "account/staff.html",
        accounts=found,
        signed_in_at=service.last_sign_ins(),
        search=search,
        state=state,
        states=list(AccountState),
    )


@blueprint.get("/staff/invite")
@administrator
def invite() -> Any:
    return render_template("account/invite.html", form=InviteForm(language=current_user.account.language))


@blueprint.post("/staff/invite")
@administrator
def send_invitation() -> Any:
    form = InviteForm()
    if not form.validate():
        return render_template("account/invite.html", form=form), 400
    email, name, language = form.email.data or "", form.name.data or "", form.language.data
    try:
        account = service.invite(email, name, current_user.account, clock.now(), language)
    except DomainError as error:
        refuse(form.email, error)
        return render_template("account/invite.html", form=form), status_of(error)
    flash(_("An invitation is on its way to %(email)s.", email=account.email), "ok")
    return redirect(url_for("account.staff"), 303)


@blueprint.get("/staff/<int:account_id>")
@administrator
def staff_member(account_id: int) -> Any:
    account = service.one(account_id)
    return render_template(
        "account/staff_member.html",
        account=account,
        oneself=account.id == current_user.account.id,
        invitation=service.last_invitation(account),
        studies=service.study_count(account),
        alone=service.solely_owned(account),
    )


@blueprint.post("/staff/<int:account_id>/invite-again")
@administrator
def invite_again(account_id: int) -> Any:
    account = service.one(account_id)
    service.resend_invitation(account, clock.now())
    return _done(account, _("A new invitation is on its way to %(email)s.", email=account.email))


@blueprint.post("/staff/<int:account_id>/suspend")
@administrator
def suspend(account_id: int) -> Any:
    account = service.one(account_id)
    service.suspend(account, current_user.account, clock.now())
    return _done(account, _("This account is suspended, and signed out everywhere."))


@blueprint.post("/staff/<int:account_id>/restore")
@administrator
def restore(account_id: int) -> Any:
    account = service.one(account_id)
    service.restore(account)
    return _done(account, _("This account can sign in again."))


@blueprint.post("/staff/<int:account_id>/remove")
@administrator
def remove(account_id: int) -> Any:
    account = service.one(account_id)
    service.remove(account, current_user.account, clock.now())
    return _done(account, _("This account is removed."))


@blueprint.post("/staff/<int:account_id>/make-administrator")
@administrator
def make_administrator(account_id: int) -> Any:
    account = service.one(account_id)
    service.make_administrator(account)
    return _done(account, _("This account is an administrator now."))


@blueprint.post("/staff/<int:account_id>/unmake-administrator")
@administrator
def unmake_administrator(account_id: int) -> Any:
    account = service.one(account_id)
    service.unmake_administrator(account)
    return _done(account, _("This account is not an administrator any more."))


def _done(account: Account, text: str) -> Any:
    """Back to the account, unless one has just shut oneself out of these pages."""
    flash(text, "ok")
    if not current_user.account.is_admin:
        return redirect(url_for("researcher.studies"), 303)
    return redirect(url_for("account.staff_member", account_id=account.id), 303)
