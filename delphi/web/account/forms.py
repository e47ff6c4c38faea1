"""What staff type about accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from delphi.domain.accounts import MINIMUM_PASSWORD
from delphi.domain.languages import LANGUAGES
from delphi.web.forms import EMAIL, NOT_IN_LIST
from delphi.words import LABELS

PASSWORD_RULES = _(
    "At least %(minimum)s characters: a few unrelated words are easy to remember and hard to guess. "
    "Not your address, and not one that many people use.",
    minimum=MINIMUM_PASSWORD,
)

_NAME = (
    DataRequired(_("Type a name.")),
    Length(max=200, message=_("Use at most 200 characters for the name.")),
)
_LANGUAGES = [SelectChoice(code, LABELS[f"language.{code}"]) for code in LANGUAGES]


def _new_password(text: Any) -> PasswordField:
    """A password being chosen; what it must be, `domain.accounts` says."""
    rules = [InputRequired(_("Choose a password."))]
    return PasswordField(text, rules, render_kw={"autocomplete": "new-password"})


def _language(text: Any) -> SelectField:
    return SelectField(
        text, choices=_LANGUAGES, validate_choice=False, validators=[AnyOf(LANGUAGES, NOT_IN_LIST)]
    )


class SignInForm(FlaskForm):
    email = EmailField(
        _("E-mail address"), [DataRequired(_("Type your address."))], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class SetupForm(FlaskForm):
    code = StringField(
        _("Set-up code"), [DataRequired(_("Type the code."))], render_kw={"autocomplete": "off"}
    )
    name = StringField(_("Your name"), _NAME, render_kw={"autocomplete": "name"})
    email = EmailField(_("Your e-mail address"), EMAIL, render_kw={"autocomplete": "username"})
    password = _new_password(_("Password"))


class ForgotForm(FlaskForm):
    email = EmailField(_("E-mail address"), EMAIL, render_kw={"autocomplete": "username"})


class ResetForm(FlaskForm):
    password = _new_password(_("New password"))


class InvitationForm(FlaskForm):
    name = StringField(_("Your name"), _NAME, render_kw={"autocomplete": "name"})
    language = _language(_("Language"))
    password = _new_password(_("Password"))


class ProfileForm(FlaskForm):
    name = StringField(_("Name"), _NAME, render_kw={"autocomplete": "name"})
    language = _language(_("Language"))


class PasswordForm(FlaskForm):
    current_password = PasswordField(
        _("Present password"),
        [InputRequired(_("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = _new_password(_("New password"))


class InviteForm(FlaskForm):
    email = EmailField(_("E-mail address"), EMAIL)
    name = StringField(_("Name"), [Length(max=200, message=_("Use at most 200 characters for the name."))])
    language = _language(_("Language of the message"))
