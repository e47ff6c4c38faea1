"""Studies: mine, a new one, where one stands, its settings."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _, lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from delphi.db import Translated
from delphi.domain.errors import DomainError
from delphi.domain.languages import LANGUAGES
from delphi.domain.permissions import Permission, allows
from delphi.models import Study
from delphi.scoring import presets
from delphi.services import advice, beginnings, glance, history, readiness, rounds, set_up, studies as service
from delphi.services.beginnings import Beginning
from delphi.web import clock, stale, zones
from delphi.web.errors import status_of
from delphi.web.forms import Checkboxes, refuse
from delphi.web.guards import signed_in, study_page
from delphi.web.numbers import whole
from delphi.web.researcher import blueprint
from delphi.web.researcher.happenings import told
from delphi.web.researcher.steps import FURTHER_PAGES, PAGES, check_in_words, evidence, steps
from delphi.words import explained, label, message

_TOO_LONG = lazy_gettext("This is too long: use at most %(max)d characters.")
_languages = [SelectChoice(code, label("language", code)) for code in LANGUAGES]
_FIELDS = {
    "study.language_in_use": "languages",
    "study.languages_invalid": "languages",
    "protocol.preset_unknown": "preset",
    "panel.line_names": "panels",
    "panel.name_too_long": "panels",
}


class StudyForm(FlaskForm):
    """A study's settings. The title is asked in every language, and needed in those chosen."""

    languages = Checkboxes(
        lazy_gettext("Languages of the study"),
        [DataRequired(lazy_gettext("Choose at least one language."))],
        choices=_languages,
    )
    main = RadioField(lazy_gettext("Main language"), choices=_languages)
    title_en = StringField(
        lazy_gettext("Title in English"), [Length(max=service.LONGEST_TITLE, message=_TOO_LONG)]
    )
    title_fr = StringField(
        lazy_gettext("Title in French"), [Length(max=service.LONGEST_TITLE, message=_TOO_LONG)]
    )
    time_zone = SelectField(
        lazy_gettext("Time zone"),
        [DataRequired(lazy_gettext("Choose a time zone."))],
        choices=[SelectChoice("", lazy_gettext("Choose…")), *zones.choices()],
    )
    contact = TextAreaField(
        lazy_gettext("Whom experts may ask"), [Length(max=service.LONGEST_CONTACT, message=_TOO_LONG)]
    )

    release_redactions = BooleanField(lazy_gettext("A second person releases redacted comments"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A title is missing only in a language that was chosen."""
        sound = bool(super().validate(extra_validators))
        for code in set(self.languages.data or ()) & set(LANGUAGES):
            title = self[f"title_{code}"]
            if not (title.data or "").strip():
                title.errors, sound = [message("study.title_missing")], False
        return sound

    def titles(self) -> Translated:
        return {code: self[f"title_{code}"].data or "" for code in LANGUAGES}

    def chosen(self) -> list[str]:
        """The languages, the main one first."""
        picked, main = self.languages.data or [], self.main.data
        if main not in picked:
            raise DomainError("study.languages_invalid")
        return [main, *(code for code in picked if code != main)]

    def refuse(self, error: DomainError) -> None:
        """Show the refusal beside the field it is about."""
        if error.code == "form.overtaken":
            self.form_errors.append(explained(error))
            return
        name = _FIELDS.get(error.code, "time_zone" if "zone" in error.code else "contact")
        if error.code.startswith("study.title"):
            name = f"title_{error.params['language']}"
        refuse(self[name], error)


class NewStudyForm(StudyForm):
    """With what a study can begin with; both can be done later."""

    preset = SelectField(lazy_gettext("Rules of consensus"), validate_choice=False)
    panels = TextAreaField(lazy_gettext("Panels"))


@blueprint.get("/studies")
@signed_in
def studies() -> str:
    return render_template("researcher/studies/list.html", memberships=service.mine(current_user.account))


@blueprint.get("/studies/new")
@signed_in
def new_study() -> str:
    language = current_user.account.language
    return _new_page(NewStudyForm(languages=[language], main=language))


@blueprint.post("/studies/new")
@signed_in
def create_study() -> Any:
    form, once = NewStudyForm(), request.form.get("once", "")
    if earlier := service.begun(current_user.account, once):
        return redirect(url_for("researcher.study", study_id=earlier.id), 303)
    if not form.validate():
        return _new_page(form), 400
    try:
        chosen = Beginning(
            form.titles(),
            form.chosen(),
            form.time_zone.data,
            form.contact.data or "",
            form.preset.data or "",
            form.panels.data or "",
        )
        study = beginnings.begin(chosen, by=current_user.account, now=clock.now(), once=once)
    except DomainError as error:
        form.refuse(error)
        return _new_page(form), status_of(error)
    flash(_("The study is made. This page shows what to do next."), "ok")
    return redirect(url_for("researcher.study", study_id=study.id), 303)


def _new_page(form: NewStudyForm) -> str:
    known = [(name, label("preset-title", name)) for name in presets.names()]
    form.preset.choices = [
        SelectChoice("", lazy_gettext("Choose or write them later")),
        *(SelectChoice(name, title) for name, title in known),
    ]
    own = [one.study for one in service.mine(current_user.account) if allows(one.role, Permission.EDIT_STUDY)]
    return render_template(
        "researcher/studies/form.html", form=form, study=None, used=[], own=own, meanings=dict(known)
    )


@blueprint.get("/studies/<int:study_id>/")
@study_page(Permission.VIEW_STUDY)
def study(study: Study) -> str:
    found, planned = set_up.of(study), rounds.of_study(study)
    opened = [one for one in planned if one.opened_at]
    checks, unwise = readiness.checks(study, found), advice.unwise(study, found, planned)
    return render_template(
        "researcher/studies/overview.html",
        study=study,
        checks=checks,
        pages=PAGES | FURTHER_PAGES,
        steps=steps(checks, bool(opened), unwise),
        glance=glance.of(study, opened, g.membership.role) if opened else None,
        unwise=unwise,
        evidence=evidence,
        rounds=planned,
        spoken=", ".join(label("language-name", code) for code in study.languages),
        happenings=told(history.of(study, limit=40))[:12],
        in_words=check_in_words,
    )


@blueprint.get("/studies/<int:study_id>/history")
@study_page(Permission.VIEW_STUDY)
def study_history(study: Study) -> str:
    noun = request.args.get("about", "")
    by = request.args.get("by", default=None, type=whole)
    found = history.page(
        study, request.args.get("page", 1, type=whole), by, noun if noun in history.NOUNS else ""
    )
    return render_template(
        "researcher/studies/history.html",
        found=found,
        happenings=told(found.happenings),
        people=history.people(study),
        nouns=history.NOUNS,
        by=by,
        about=noun,
    )


@blueprint.get("/studies/<int:study_id>/settings")
@study_page(Permission.EDIT_STUDY)
def settings(study: Study) -> str:
    return _form_page(StudyForm(**_held(study)), study)


@blueprint.post("/studies/<int:study_id>/settings")
@study_page(Permission.EDIT_STUDY)
def change_settings(study: Study) -> Any:
    service.lock(study)
    form = StudyForm()
    if not form.validate():
        return _form_page(form, study), 400
    facts = {"by": current_user.account, "now": clock.now()}
    try:
        stale.check(_held(study), form.data)
        service.change(
            study,
            form.titles(),
            form.chosen(),
            form.time_zone.data,
            form.contact.data or "",
            form.release_redactions.data,
            **facts,
        )
    except DomainError as error:
        form.refuse(error)
        return _form_page(form, study), status_of(error)
    flash(_("The settings are saved."), "ok")
    return redirect(url_for("researcher.study", study_id=study.id), 303)


def _held(study: Study) -> dict[str, Any]:
    """What the fields hold now, by their names."""
    return {
        **{f"title_{code}": study.title.get(code, "") for code in LANGUAGES},
        "languages": list(study.languages),
        "main": study.languages[0],
        "time_zone": study.time_zone,
        "contact": study.contact,
        "release_redactions": study.release_redactions,
    }


def _form_page(form: StudyForm, study: Study) -> str:
    used = service.languages_in_use(study)
    return render_template(
        "researcher/studies/form.html",
        form=form,
        study=study,
        seen=stale.mark(_held(study)),
        used=[label("language-name", code) for code in sorted(used)],
    )
