"""Words for rehearsals and for pages looked at through the eyes of an expert."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "rehearsal.of_rehearsal": _("This is a rehearsal already. Go back to the study to make another one."),
    "rehearsal.size": _("Give a whole number from %(least)s to %(most)s."),
    "rehearsal.not_ready": _(
        "There is too little to rehearse: %(count)s of the points that sealing needs still have to be put right."
    ),
    "rehearsal.not_one": _(
        "This is a real study: its experts are nobody else to be, and nothing of it can be deleted. "
        "Make a rehearsal to try things out."
    ),
    "rehearsal.expert_left": _("This test expert has left the rehearsal. Choose another one."),
}

LABELS: dict[str, Any] = {
    "expert_page.arrival": _("Arrival and consent"),
    "expert_page.tasks": _("Task list"),
    "expert_page.rating": _("Rating"),
    "expert_page.settled": _("Settled items"),
    "expert_page.personal": _("Personal page"),
}
