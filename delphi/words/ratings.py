"""Words for ratings, comments, and what an expert agrees to before giving any."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "link.session_ended": _(
        "This visit has ended. Open your link again in another tab, then come back: what you typed is still here."
    ),
    "consent.missing": _("Please read the consent text and agree to it first. Nothing was saved."),
    "consent.out_of_date": _("The consent text has changed meanwhile. Please read the new one."),
    "consent.reason_too_long": _(
        "This reason has %(found)s characters; at most %(most)s can be kept. Shorten it and send it again."
    ),
    "consent.not_declined": _(
        "You are taking part, so there is no reason to give. To leave the study, use your own page."
    ),
    "rating.not_asked": _("This item is not among those you are asked to rate. This change was not saved."),
    "rating.not_understood": _(
        "This answer could not be read and was not saved. Reload the page and try again."
    ),
    "rating.criterion_unknown": _("This question is not asked in this round. This change was not saved."),
    "rating.point_not_on_scale": _("Choose a number from 1 to %(points)s. This change was not saved."),
    "rating.point_and_unable": _(
        "Choose either a number or “unable to rate”, not both. This change was not saved."
    ),
    "rating.reason_too_long": _(
        "A reason can have %(most)s characters; this one has %(length)s. Shorten it, then save it again."
    ),
    "note.empty": _("Write a message first. Nothing was sent."),
    "note.too_long": _(
        "A message can have %(most)s characters; this one has %(length)s. Shorten it, then send it again."
    ),
    "comment.too_long": _(
        "A comment can have %(most)s characters; this one has %(length)s. Shorten it, then save it again."
    ),
}

LABELS: dict[str, Any] = {
    "comment-kind.for": _("a reason for this item"),
    "comment-kind.against": _("a reason against this item"),
    "comment-kind.wording": _("about the wording"),
    "comment-kind.question": _("a question"),
    "stopping.all_settled": _("Every item is decided, or stable without consensus."),
    "stopping.no_rounds_left": _("The protocol allows no further round."),
    "stopping.first_round": _("Whether answers are stable shows in a second round only."),
    "stopping.little_to_gain": _("A further round is expected to settle less than one item."),
    "stopping.items_to_gain": _("A further round is expected to settle at least one item."),
    "stopping.much_dropout": _(
        "At least a fifth of those who answered the round before did not answer the last."
    ),
    "stopping.too_few_would_stay": _("With such dropout, items would probably be left with too few raters."),
}
