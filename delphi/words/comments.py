"""Words for what the team does with comments: reading, redacting, coding, answering."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "comment.list_changed": _(
        "Somebody has left the study meanwhile and took comments along, so nothing was saved. "
        "Reload the page and choose again."
    ),
    "comment.not_found": _("There is no such comment. Perhaps its author has left the study."),
    "redaction.empty": _("Write what is to be read instead, or hide the comment."),
    "redaction.unchanged": _("This is what the expert wrote. Take something out, then save."),
    "redaction.too_long": _("This text is too long: %(length)s characters, of at most %(most)s."),
    "redaction.reason_too_long": _("This reason is too long: use at most %(most)s characters."),
    "redaction.not_found": _("Nothing was taken out of this comment."),
    "redaction.own_release": _(
        "You redacted this comment yourself. Somebody else of the team looks at it and releases it."
    ),
    "comment_answer.too_long": _("This answer is too long: use at most %(most)s characters."),
    "comment_answer.empty": _("Write an answer beside the new wording you chose."),
    "comment_answer.wording_unknown": _("There is no such wording in this study."),
}

LABELS: dict[str, Any] = {
    "read-kind.for": _("Reason for"),
    "read-kind.against": _("Reason against"),
    "read-kind.wording": _("About the wording"),
    "read-kind.question": _("Question"),
    "read-kind.none": _("Not said"),
    "comment-state.chosen": _("in the feedback"),
    "comment-state.hidden": _("hidden"),
    "comment-state.redacted": _("redacted"),
    "comment-state.waiting": _("redaction waits for release"),
    "comment-state.answered": _("answered"),
    "comment-state.unanswered": _("not answered"),
    "comment-state.uncoded": _("not coded by me"),
    "redacted.waiting": _("Redaction waits for release"),
    "redacted.released": _("Redacted"),
}
