"""What staff type about accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from delphi.domain.accounts import MINIMUM_PASSWORD
from delphi.domain.errors import DomainError
from delphi.web.language import LANGUAGES
from delphi.words import LABELS, message

PASSWORD_RULES = _(
    "At least %(minimum)s characters: a few unrelated words are easy to remember and hard to guess. "
    "Not your address, and not one that many people use.",
    minimum=MINIMUM_PASSWORD,
)

_EMAIL = (
    DataRequired(_("Type an e-mail address.")),
    Email(_("This is not an e-mail address. It should look like name@example.org.")),
    Length(max=254, message=_("This address is too long.")),
)
_NAME = (
    DataRequired(_("Type a name.")),
    Length(max=200, message=_("Use at most 200 characters for the name.")),
)
_LANGUAGES = [(code, LABELS[f"language.{code}"]) for code in LANGUAGES]


class NewPassword(PasswordField):
    """A password being chosen; what it must be, `domain.accounts` says."""

    def __init__(self, text: object) -> None:
        rules = [InputRequired(_("Choose a password."))]
        super().__init__(text, rules, render_kw={"autocomplete": "new-password"})  # type: ignore[arg-type]


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
    email = EmailField(_("Your e-mail address"), _EMAIL, render_kw={"autocomplete": "username"})
    password = NewPassword(_("Password"))


class ForgotForm(FlaskForm):
    email = EmailField(_("E-mail address"), _EMAIL, render_kw={"autocomplete": "username"})


class ResetForm(FlaskForm):
    password = NewPassword(_("New password"))


class InvitationForm(FlaskForm):
    name = StringField(_("Your name"), _NAME, render_kw={"autocomplete": "name"})
    language = SelectField(_("Language"), choices=_LANGUAGES)
    password = NewPassword(_("Password"))


class ProfileForm(FlaskForm):
    name = StringField(_("Name"), _NAME, render_kw={"autocomplete": "name"})
    language = SelectField(_("Language"), choices=_LANGUAGES)


class PasswordForm(FlaskForm):
    current_password = PasswordField(
        _("Present password"),
        [InputRequired(_("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new_password = NewPassword(_("New password"))


class InviteForm(FlaskForm):
    email = EmailField(_("E-mail address"), _EMAIL)
    name = StringField(_("Name"), [Length(max=200, message=_("Use at most 200 characters for the name."))])
    language = SelectField(_("Language of the message"), choices=_LANGUAGES)


def refuse(field: Field, error: DomainError) -> None:
    """Show a refusal beside the field it is about."""
    field.errors = [*field.errors, message(error.code, error.params)]
