"""Words for how a study presents itself: its choices, questions about the expert, and the glossary."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "presentation.too_long": _(
        "This text is too long: %(found)s characters, of at most %(most)s. Shorten it and save again."
    ),
    "presentation.number": _("Choose a whole number from %(least)s to %(most)s."),
    "presentation.exit_address": _(
        "Quick exit needs a full address that begins with https://, such as https://www.example.org/. "
        "Correct it, or leave it empty to switch quick exit off."
    ),
    "presentation.exit_too_long": _("This address is too long: use at most %(most)s characters."),
    "presentation.quiet_hours": _(
        "Choose both hours, and two different ones, or leave both empty for no quiet hours."
    ),
    "presentation.layout_fixed": _(
        "A round is open, so the order of items and the number on a page stay as they are. "
        "Change them when the round has closed."
    ),
}

LABELS: dict[str, Any] = {
    "item-order.fixed": _("In the study’s order"),
    "item-order.within_domains": _("Mixed within each domain"),
    "item-order.everywhere": _("Domains and items mixed"),
    "suggestions.none": _("Nothing"),
    "suggestions.items": _("Missing items"),
    "suggestions.wordings": _("Better wordings"),
    "suggestions.both": _("Missing items and better wordings"),
}
