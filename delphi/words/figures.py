"""Words for figures."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "figure.not_found": _("There is no such figure."),
}

LABELS: dict[str, Any] = {
    "figure.convergence": _("Convergence from round to round"),
    "figure.agreement": _("Agreement against stability"),
    "figure.panels": _("Panels side by side"),
    "figure.distribution": _("Distribution of the answers"),
    "figure.response": _("Response over time"),
    "figure.experts": _("Flow of the experts"),
    "figure.flow": _("Flow of the items"),
    "figure_about.convergence": _(
        "How many rate each item high, and how far apart they are, round by round."
    ),
    "figure_about.agreement": _("Where there is agreement, and where the answers still move."),
    "figure_about.panels": _("Each item, and how many of each panel rate it high."),
    "figure_about.distribution": _("One item: its answers over the scale, by round and panel."),
    "figure_about.response": _("Experts with an answer, day by day, each round against the one before."),
    "figure_about.experts": _("How many experts each round asked, and how far they came."),
    "figure_about.flow": _("What came into each round, and what became of it."),
    "figure_needs.convergence": _("Needs a closed round; from the second one on, lines show what moved."),
    "figure_needs.agreement": _(
        "Needs items that were rated in two closed rounds. After closing, it takes some minutes to compute."
    ),
    "figure_needs.panels": _("Needs a closed round with panels large enough to be shown."),
    "figure_needs.distribution": _("Needs a closed round in which enough experts rated the item."),
    "figure_needs.response": _("Needs a round that has opened, with enough experts asked."),
    "figure_needs.experts": _("Needs a round that has opened, with enough experts asked."),
    "figure_needs.flow": _("Needs a round that has opened."),
}
