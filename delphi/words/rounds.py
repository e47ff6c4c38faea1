"""Words for rounds."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "round.first_is_open": _("Round 1 has opened already. Here is where it stands."),
    "round.another_open": _("Another round is open. Close it before opening this one."),
    "round.undecided": _(
        "Round %(number)s is closed but not decided yet. Finish its decisions before opening the next round."
    ),
    "round.settled_items": _(
        "These items are settled and cannot be asked again: %(codes)s. Take them out of the round."
    ),
    "round.no_items": _("The round has no items. Choose some first."),
    "round.no_panels": _("The round has no panel. Choose at least one."),
    "round.no_experts": _("There is nobody to ask: the chosen panels have no invited or active expert."),
    "round.no_closing_time": _("Say when the round closes, with date and time."),
    "round.no_opening_time": _("Say when the round opens, or open it by hand."),
    "round.year_odd": _("No round is held in the year %(year)s. Look at the year once more."),
    "round.opens_in_past": _("The opening time is past. Choose a later one, or open the round by hand."),
    "round.closes_in_past": _("The closing time is past. Choose a later one."),
    "round.closes_before_opening": _("The round must close after it opens."),
    "round.unknown_item": _(
        "%(count)s of the chosen items are not in this study. Reload the page and choose again."
    ),
    "round.unknown_panel": _(
        "%(count)s of the chosen panels are not in this study. Reload the page and choose again."
    ),
    "round.not_found": _("There is no such round in this study."),
    "round.wrong_state": _(
        "The round has moved on meanwhile, so this can no longer be done. Look at its present state first."
    ),
    "round.reason_missing": _("Say why the round is opened again. The reason stays on record."),
    "round.reason_too_long": _("This reason is too long: at most %(most)s characters."),
    "round.items_moved_on": _(
        "Items of this round have been merged, split or set aside since it closed: %(codes)s. "
        "Take that back first, then open the round again."
    ),
    "round.late_changed": _(
        "Meanwhile %(now)s experts can be asked late, no longer %(shown)s. Look again and confirm."
    ),
    "feedback.not_closed": _("There is no feedback on a round before it is closed."),
    "outlook.not_closed": _("What another round would bring can be told once this one is closed."),
    "round.not_open": _(
        "This round is closed. What was shown as saved is kept; this last change was not saved."
    ),
}

LABELS: dict[str, Any] = {
    "round.draft": _("Draft"),
    "round.scheduled": _("Scheduled"),
    "round.open": _("Open"),
    "round.closed": _("Closed"),
    "round.decided": _("Decided"),
    "stage.unopened": _("Not opened"),
    "stage.opened": _("Opened, nothing answered"),
    "stage.begun": _("Begun"),
    "stage.half_done": _("Half done or more"),
    "stage.completed": _("Completed"),
    "outlook.decided": _("items on which the rules decide"),
    "outlook.stable": _("items stable without consensus"),
    "outlook.moving": _("items whose answers still move"),
    "outlook.first": _("items rated for the first time, without consensus"),
    "outlook.insufficient": _("items with too few answers to judge"),
    "chance.likely": _("Likely to be settled by a further round"),
    "chance.possible": _("May be settled by a further round"),
    "chance.unlikely": _("Unlikely to be settled by a further round"),
}
