"""The form that plans a round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    RadioField,
    SelectField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from delphi.domain.errors import DomainError
from delphi.domain.schedule import local_to_utc
from delphi.domain.states import Invited
from delphi.models import Item, Panel, Round, Study
from delphi.services.rounds import Plan
from delphi.web import clock, zones
from delphi.web.forms import Checkboxes
from delphi.words import explained, message, translated

LONGEST_INSTRUCTIONS = 5_000


class PlanForm(FlaskForm):
    """What is asked, of whom, when; `instructions_<language>` fields are added for each study language."""

    panels = Checkboxes(_("Panels to ask"), coerce=int)
    items = Checkboxes(_("Items to ask"), coerce=int)
    invited = RadioField(
        _("Whom of these panels"), default=Invited.EVERYONE, coerce=Invited, validate_choice=False
    )
    opens_at = DateTimeLocalField(_("Opens at"), validators=[validators.Optional()])
    closes_at = DateTimeLocalField(
        _("Closes at"), validators=[validators.InputRequired(_("Say when the round closes."))]
    )
    time_zone = SelectField(
        _("Time zone of these times"),
        choices=zones.choices(),
    )

    def instructions(self, study: Study) -> list[TextAreaField]:
        return [cast(TextAreaField, self[f"instructions_{language}"]) for language in study.languages]

    def validate_panels(self, field: Checkboxes) -> None:
        if not field.data:
            raise validators.ValidationError(_("Choose at least one panel."))

    def validate_items(self, field: Checkboxes) -> None:
        if not field.data:
            raise validators.ValidationError(_("Choose at least one item."))

    def validate_closes_at(self, field: DateTimeLocalField) -> None:
        if self.opens_at.data and field.data and field.data <= self.opens_at.data:
            raise validators.ValidationError(_("The round must close after it opens."))
        if self._is_past(field):
            raise validators.ValidationError(message("round.closes_in_past"))

    def validate_opens_at(self, field: DateTimeLocalField) -> None:
        if self._is_past(field):
            raise validators.ValidationError(message("round.opens_in_past"))

    def _is_past(self, field: DateTimeLocalField) -> bool:
        typed, zone = field.data, str(self.time_zone.data)
        if typed is None or not zones.known(zone):
            return False
        try:
            return local_to_utc(typed, zone) <= clock.now()
        except DomainError as error:
            raise validators.ValidationError(explained(error)) from None

    def plan(self, study: Study) -> Plan:
        zone = str(self.time_zone.data)
        return Plan(
            item_ids=list(self.items.data or ()),
            panel_ids=list(self.panels.data or ()),
            time_zone=zone,
            invited=self.invited.data or Invited.EVERYONE,
            opens_at=local_to_utc(self.opens_at.data, zone) if self.opens_at.data else None,
            closes_at=local_to_utc(self.closes_at.data, zone) if self.closes_at.data else None,
            instructions={
                language: (field.data or "").strip()
                for language, field in zip(study.languages, self.instructions(study), strict=True)
            },
        )


def plan_form(
    study: Study, items: Sequence[Item], panels: Sequence[Panel], planned: Round | None, chosen: set[int]
) -> PlanForm:
    """The form for this study; filled from a planned round, or with the items a filter chose."""
    form = cast(PlanForm, _form_class(study)(data=_data(study, planned, panels, chosen)))
    form.panels.choices = [
        SelectChoice(panel.id, f"{panel.code} – {translated(panel.name)}") for panel in panels
    ]
    form.invited.choices = [
        SelectChoice(str(Invited.EVERYONE), _("everyone who has not declined or withdrawn")),
        SelectChoice(str(Invited.RESPONDENTS), _("only who answered in the round before")),
    ]
    form.items.choices = [SelectChoice(item.id, item.code) for item in items]
    return form


def _form_class(study: Study) -> type[FlaskForm]:
    limit = validators.Length(max=LONGEST_INSTRUCTIONS)
    fields = {
        f"instructions_{language}": TextAreaField(
            _("Instructions"), validators=[validators.Optional(), limit]
        )
        for language in study.languages
    }
    return type("StudyPlanForm", (PlanForm,), fields)


def _data(study: Study, planned: Round | None, panels: Sequence[Panel], chosen: set[int]) -> dict[str, Any]:
    if planned is None:
        return {
            "panels": [panel.id for panel in panels],
            "items": sorted(chosen),
            "invited": Invited.EVERYONE,
            "time_zone": study.time_zone,
        }
    return held(study, planned)


def held(study: Study, planned: Round) -> dict[str, Any]:
    """What the fields hold of a plan, by their names."""
    zone = ZoneInfo(planned.time_zone)
    texts = {
        f"instructions_{language}": planned.instructions.get(language, "") for language in study.languages
    }
    return texts | {
        "panels": [row.panel_id for row in planned.panels],
        "items": [row.item_id for row in planned.items],
        "invited": planned.invited,
        "time_zone": planned.time_zone,
        "opens_at": planned.opens_at and planned.opens_at.astimezone(zone).replace(tzinfo=None),
        "closes_at": planned.closes_at and planned.closes_at.astimezone(zone).replace(tzinfo=None),
    }
