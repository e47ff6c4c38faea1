"""What forms of several faces share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import Field, SelectMultipleField
from wtforms.validators import DataRequired, Email, Length
from wtforms.widgets import CheckboxInput, ListWidget

from delphi.domain.errors import DomainError
from delphi.words import explained

EMAIL = (
    DataRequired(_("Type an e-mail address.")),
    Email(_("This is not an e-mail address. It should look like name@example.org.")),
    Length(max=254, message=_("This address is too long.")),
)
NOT_IN_LIST = _("Choose one of the list.")


class Checkboxes(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def refuse(field: Field, error: DomainError) -> None:
    """Show a refusal beside the field it is about."""
    field.errors = [*field.errors, explained(error)]
