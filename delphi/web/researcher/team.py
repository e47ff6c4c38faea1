"""The team of a study: everyone in it sees it, its owners change it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf

from delphi.domain.errors import DomainError
from delphi.domain.news import News
from delphi.domain.permissions import Permission, Role
from delphi.models import Study
from delphi.models.account import AccountState
from delphi.services import news, teams
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.forms import EMAIL, NOT_IN_LIST, refuse
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.words import LABELS, explained, label

_ROLES = [SelectChoice(str(role), LABELS[f"role.{role}"]) for role in Role]
_KNOWN = AnyOf(list(Role), NOT_IN_LIST)


class RoleForm(FlaskForm):
    role = SelectField(lazy_gettext("Role"), [_KNOWN], choices=_ROLES, validate_choice=False)


class AddForm(FlaskForm):
    email = EmailField(lazy_gettext("E-mail address"), EMAIL)
    role = SelectField(
        lazy_gettext("Role"), [_KNOWN], choices=_ROLES, validate_choice=False, default=str(Role.OBSERVER)
    )


@blueprint.get("/studies/<int:study_id>/team")
@study_page(Permission.VIEW_STUDY)
def team(study: Study) -> Any:
    return _page(study, AddForm())


@blueprint.post("/studies/<int:study_id>/team")
@study_page(Permission.MANAGE_TEAM)
def add_member(study: Study) -> Any:
    form = AddForm()
    if not form.validate():
        return _page(study, form), 400
    email, role = form.email.data or "", Role(form.role.data)
    try:
        added = teams.add_member(study, email, role, current_user.account, clock.now())
    except DomainError as error:
        refuse(form.email, error)
        return _page(study, form), status_of(error)
    if added.account.state == AccountState.INVITED:
        text = _("%(email)s has no account yet: an invitation is on its way.", email=added.account.email)
    else:
        text = _("%(name)s is in the team now.", name=added.account.name or added.account.email)
    return _done(study, text)


@blueprint.post("/studies/<int:study_id>/team/<int:membership_id>")
@study_page(Permission.MANAGE_TEAM)
def change_role(study: Study, membership_id: int) -> Any:
    form = RoleForm()
    if not form.validate():
        raise DomainError("team.role_unknown")
    who = (current_user.account, clock.now())
    try:
        changed = teams.change_role(study, membership_id, Role(form.role.data), *who)
    except DomainError as error:
        return _refused(study, error)
    role, person = label("role", changed.role), changed.account.name or changed.account.email
    return _done(study, _("The role of %(person)s is now: %(role)s.", person=person, role=role))


@blueprint.post("/studies/<int:study_id>/team/<int:membership_id>/remove")
@study_page(Permission.MANAGE_TEAM)
def remove_member(study: Study, membership_id: int) -> Any:
    try:
        removed = teams.remove_member(study, membership_id, current_user.account, clock.now())
    except DomainError as error:
        return _refused(study, error)
    text = _("%(person)s is not in the team any more.", person=removed.account.name or removed.account.email)
    if removed.account_id == current_user.account.id:
        flash(text, "ok")
        return redirect(url_for("researcher.studies"), 303)
    return _done(study, text)


@blueprint.post("/studies/<int:study_id>/team/news")
@study_page(Permission.VIEW_STUDY)
def choose_news(study: Study) -> Any:
    """How often the reader is told by mail; each for themselves."""
    wish = request.form.get("news", "")
    if wish not in list(News):
        raise DomainError("team.news_unknown")
    news.choose(g.membership, News(wish))
    return _done(study, _("News by mail: %(often)s.", often=label("news", wish)))


def _refused(study: Study, error: DomainError) -> Any:
    """Said on the page of the team, where somebody else can be made an owner."""
    if status_of(error) == 404:
        raise error
    return _page(study, AddForm(formdata=None), explained(error)), status_of(error)


def _done(study: Study, text: str) -> Any:
    flash(text, "ok")
    return redirect(url_for("researcher.team", study_id=study.id), 303)


def _page(study: Study, form: AddForm, refused: str = "") -> str:
    return render_template(
        "researcher/team/team.html",
        study=study,
        members=teams.members(study),
        form=form,
        refused=refused,
        roles=list(Role),
        wishes=list(News),
    )
