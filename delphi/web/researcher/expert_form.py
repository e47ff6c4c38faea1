"""Writing down who an expert is: a new one, or a correction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _, lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import StopValidation

from delphi.domain import attributes, contacts
from delphi.domain.errors import DomainError
from delphi.domain.states import ExpertState
from delphi.models import Expert, Panel, Study
from delphi.services import experts as service, panels
from delphi.web import clock
from delphi.web.errors import status_of
from delphi.web.forms import Checkboxes, refuse
from delphi.web.guards import study_page
from delphi.web.researcher import blueprint
from delphi.web.researcher.experts import CONTACTS, resent, to_expert
from delphi.words import explained, label, message, translated


def _checked(check: Callable[[str], object]) -> Callable[[FlaskForm, Field], None]:
    """A validator that asks the domain and says what it answers."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            check(field.data or "")
        except DomainError as error:
            raise StopValidation(explained(error)) from None

    return validate


def _some_panel(_form: FlaskForm, field: Field) -> None:
    if not field.data:
        raise StopValidation(message("expert.panel_missing"))


class ExpertForm(FlaskForm):
    name = StringField(lazy_gettext("Name"), [_checked(contacts.checked_name)])
    email = EmailField(lazy_gettext("E-mail address"), [_checked(contacts.checked_email)])
    phone = TelField(lazy_gettext("Telephone"), [_checked(contacts.checked_phone)])
    language = SelectField(lazy_gettext("Language"))
    panels = Checkboxes(lazy_gettext("Panels"), [_some_panel])
    attributes = TextAreaField(lazy_gettext("Attributes"), [_checked(attributes.from_lines)])
    ask = BooleanField(lazy_gettext("Invite to the open round at once"))
    resend = BooleanField(lazy_gettext("Send the open round’s invitation again, to the address above"))


@blueprint.get("/studies/<int:study_id>/experts/new")
@study_page(CONTACTS)
def new_expert(study: Study) -> str:
    return _new_page(study, _form(study, panels.list_of(study)))


@blueprint.post("/studies/<int:study_id>/experts/new")
@study_page(CONTACTS)
def add_expert(study: Study) -> Any:
    known = panels.list_of(study)
    form = _form(study, known)
    if not form.validate():
        return _new_page(study, form), 400
    try:
        added = service.add(
            study, _details(form, known), by=current_user.account, now=clock.now(), ask=bool(form.ask.data)
        )
    except DomainError as error:
        return _new_page(study, _told(form, error)), status_of(error)
    if form.ask.data:
        flash(_("%(code)s is in the study, and the invitation is on its way.", code=added.code), "ok")
    else:
        flash(_("%(code)s is in the study.", code=added.code), "ok")
    if "another" in request.form:
        return redirect(url_for("researcher.new_expert", study_id=study.id), 303)
    return to_expert(study, added)


@blueprint.get("/studies/<int:study_id>/experts/<int:expert_id>/correct")
@study_page(CONTACTS)
def correct_expert(study: Study, expert_id: int) -> Any:
    chosen = service.get(study, expert_id)
    if chosen.state is ExpertState.WITHDRAWN:
        return to_expert(study, chosen)
    return _correct_page(study, chosen, _form(study, panels.list_of(study), chosen))


@blueprint.post("/studies/<int:study_id>/experts/<int:expert_id>/correct")
@study_page(CONTACTS)
def save_correction(study: Study, expert_id: int) -> Any:
    chosen, known = service.get(study, expert_id), panels.list_of(study)
    form = _form(study, known, chosen)
    if not form.validate():
        return _correct_page(study, chosen, form), 400
    try:
        changed = service.correct(
            study, chosen, _details(form, known), by=current_user.account, now=clock.now()
        )
    except DomainError as error:
        return _correct_page(study, chosen, _told(form, error)), status_of(error)
    _tell(study, chosen, changed, again=bool(form.resend.data))
    return to_expert(study, chosen)


def _tell(study: Study, chosen: Expert, changed: set[str], again: bool) -> None:
    flash(_("The correction is saved.") if changed else _("Nothing was changed."), "ok")
    if "panels" in changed:
        flash(_("The new panels count from the next round on."), "warning")
    if again:
        try:
            flash(*resent(study, chosen))
        except DomainError as error:  # the correction stands all the same
            flash(explained(error), "warning")
    elif "email" in changed and service.ways(study, chosen, clock.now()).resend:
        flash(_("The address is new: send the invitation again if the last one did not arrive."), "warning")


def _form(study: Study, known: Sequence[Panel], chosen: Expert | None = None) -> ExpertForm:
    form = ExpertForm(data=_present(chosen) if chosen else {"language": study.languages[0]})
    form.language.choices = [(code, label("language", code)) for code in study.languages]
    form.panels.choices = [(str(panel.id), f"{panel.code} – {translated(panel.name)}") for panel in known]
    return form


def _present(chosen: Expert) -> dict[str, Any]:
    contact = service.contact_of(chosen)
    return {
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "language": chosen.language,
        "panels": [str(row.panel_id) for row in chosen.panels],
        "attributes": attributes.to_lines(chosen.attributes),
    }


def _details(form: ExpertForm, known: Sequence[Panel]) -> service.Details:
    wanted = set(form.panels.data or ())
    return service.Details(
        name=form.name.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        language=form.language.data,
        panels=[panel for panel in known if str(panel.id) in wanted],
        attributes=attributes.from_lines(form.attributes.data or ""),
    )


def _told(form: ExpertForm, error: DomainError) -> ExpertForm:
    """The form with the refusal beside what it is about; one that is about no field goes its own way."""
    about = {
        "expert.email_taken": form.email,
        "expert.panels_not_asked": form.ask,
        "expert.no_open_round": form.ask,
    }
    if error.code not in about:
        raise error
    refuse(about[error.code], error)
    return form


def _new_page(study: Study, form: ExpertForm) -> str:
    return render_template(
        "researcher/experts/new.html",
        form=form,
        round=service.open_round(study, clock.now()),
        names=service.attribute_names(study),
    )


def _correct_page(study: Study, chosen: Expert, form: ExpertForm) -> str:
    return render_template(
        "researcher/experts/correct.html",
        form=form,
        expert=chosen,
        ways=service.ways(study, chosen, clock.now()),
        names=service.attribute_names(study),
    )
