"""The form of how experts see a study."""

from __future__ import annotations

from typing import Any, cast

from flask_babel import gettext, lazy_gettext as _, ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from delphi.domain import presentation as bounds
from delphi.domain.errors import DomainError
from delphi.domain.presentation import Choices, ItemOrder, Suggestions
from delphi.models import Presentation, Study
from delphi.web.forms import NOT_IN_LIST, refuse
from delphi.words import LABELS, explained

TEXTS = {
    "welcome": (_("Welcome (%(language)s)"), 6),
    "viewpoint": (_("Point of view (%(language)s)"), 4),
    "practice": (_("Practice item (%(language)s)"), 2),
    "support": (_("Support page (%(language)s)"), 11),
}
CHOSEN: dict[str, Any] = {"invalid_value_message": NOT_IN_LIST, "invalid_choice_message": NOT_IN_LIST}


def _page_sizes() -> list[SelectChoice]:
    return [SelectChoice(number, number) for number in range(1, bounds.MOST_A_PAGE + 1)]


def _mails() -> list[SelectChoice]:
    none = [SelectChoice(0, gettext("None: no reminder is ever sent"))]
    return none + [SelectChoice(number, number) for number in range(1, bounds.MOST_MAILS + 1)]


def _notices() -> list[SelectChoice]:
    none = [SelectChoice(0, gettext("No notice"))]
    return none + [
        SelectChoice(days, ngettext("%(num)s day before", "%(num)s days before", days))
        for days in range(1, bounds.MOST_NOTICE + 1)
    ]


def _hours() -> list[SelectChoice]:
    return [SelectChoice("", "–"), *(SelectChoice(hour, f"{hour:02}:00") for hour in range(24))]


def _hour(value: str | int) -> int | None:
    return int(value) if value != "" else None


class PresentationForm(FlaskForm):
    """`welcome_en` and its like, a text for each language of the study, are added by `presentation_form`."""

    page_size = SelectField(_("Items on a page"), coerce=int, choices=_page_sizes, **CHOSEN)
    item_order = RadioField(
        _("Order of items"),
        choices=[SelectChoice(one.value, LABELS[f"item-order.{one}"]) for one in ItemOrder],
        **CHOSEN,
    )
    suggestions = RadioField(
        _("What experts may propose"),
        choices=[SelectChoice(one.value, LABELS[f"suggestions.{one}"]) for one in Suggestions],
        **CHOSEN,
    )
    quick_exit = StringField(_("Where quick exit leads"))
    neutral_subjects = BooleanField(_("Use neutral subject lines"))
    quiet_from = SelectField(_("No mail from"), coerce=_hour, choices=_hours, **CHOSEN)
    quiet_until = SelectField(_("Until"), coerce=_hour, choices=_hours, **CHOSEN)
    weekly_mails = SelectField(
        _("Most reminders to one expert in seven days"), coerce=int, choices=_mails, **CHOSEN
    )
    deadline_notice = SelectField(
        _("Notice that a round is about to close"), coerce=int, choices=_notices, **CHOSEN
    )

    def chosen(self, study: Study) -> Choices:
        """Everything on the form; what the browser did not send is as it was."""
        values: dict[str, Any] = {
            name: {language: self[f"{name}_{language}"].data or "" for language in study.languages}
            for name in bounds.TEXTS
        }
        values |= {name: self[name].data for name in vars(Choices()) if name not in bounds.TEXTS}
        values["item_order"] = ItemOrder(values["item_order"])
        values["suggestions"] = Suggestions(values["suggestions"])
        return Choices(**values)

    def refuse(self, error: DomainError) -> None:
        """Show the refusal beside its field; one that is about no field goes its own way."""
        if error.code == "form.overtaken":
            self.form_errors.append(explained(error))
            return
        name, language = error.params.get("field", ""), error.params.get("language")
        name = f"{name}_{language}" if language else name
        if name not in self:
            raise error
        refuse(self[name], error)


def presentation_form(study: Study, chosen: Presentation) -> PresentationForm:
    """Filled with what holds now."""
    fields = {
        f"{name}_{language}": _text(text, language, rows)
        for name, (text, rows) in TEXTS.items()
        for language in study.languages
    }
    made = type("StudyPresentationForm", (PresentationForm,), fields)
    return cast(PresentationForm, made(data=held(study, chosen)))


def _text(text: str, language: str, rows: int) -> TextAreaField:
    name = LABELS[f"language-name.{language}"]
    return TextAreaField(text % {"language": name}, render_kw={"lang": language, "rows": rows})


def held(study: Study, chosen: Presentation) -> dict[str, Any]:
    """What the fields hold now, by their names."""
    texts = {
        f"{name}_{language}": getattr(chosen, name).get(language, "")
        for name in bounds.TEXTS
        for language in study.languages
    }
    return texts | {name: getattr(chosen, name) for name in vars(Choices()) if name not in bounds.TEXTS}
