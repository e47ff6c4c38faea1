"""Words for what the team does with comments: reading, redacting, coding, answering."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "comment.list_changed": _(
        "Somebody has left the study meanwhile and took comments along, so nothing was saved. "
        "Reload the page and choose again."
    ),
    "comment.chosen_meanwhile": _(
        "Somebody else changed the choice for the same item after you opened the page, so nothing was saved. Your "
        "ticks are kept, and beside each comment that stands otherwise is how it stands now; save again if yours "
        "should replace it."
    ),
    "comment.not_found": _("There is no such comment. Perhaps its author has left the study."),
    "redaction.empty": _("Write what is to be read instead, or hide the comment."),
    "redaction.unchanged": _("This is what the expert wrote. Take something out, then save."),
    "redaction.too_long": _("This text is too long: %(length)s characters, of at most %(most)s."),
    "redaction.reason_too_long": _("This reason is too long: use at most %(most)s characters."),
    "redaction.not_found": _("Nothing was taken out of this comment."),
    "redaction.made_meanwhile": _(
        "This comment was redacted after you opened the page, so nothing was saved. What is read now stands above; "
        "look at it first, then go on."
    ),
    "redaction.own_release": _(
        "You redacted this comment yourself. Somebody else of the team looks at it and releases it."
    ),
    "theme.name_missing": _("Give the theme a name."),
    "theme.name_too_long": _("This name is too long: use at most %(most)s characters."),
    "theme.meaning_too_long": _("This description is too long: use at most %(most)s characters."),
    "theme.name_taken": _("Another theme of this study has this name."),
    "theme.changed_meanwhile": _(
        "Somebody else changed this theme after you opened the page. What it says now stands above; what you typed "
        "is kept. Save it again if it should replace theirs."
    ),
    "theme.not_found": _("There is no such theme in this study."),
    "coding.fixed": _(
        "Somebody else has coded this comment too, so your codes stay as you made them: otherwise the agreement "
        "would mean nothing. Settle differences under Disagreements."
    ),
    "coding.none_and_themes": _("Tick either themes or “none applies”, not both. Nothing was saved."),
    "coding.nothing_to_settle": _("Only comments that two people have coded can be settled."),
    "coding.settled_meanwhile": _(
        "Somebody else settled this comment after you opened the page. Look at it among those that are settled; it "
        "can be settled otherwise there."
    ),
    "coding.not_yet": _("Code this comment yourself first."),
    "comment_answer.too_long": _("This answer is too long: use at most %(most)s characters."),
    "comment_answer.empty": _("Write an answer beside the new wording you chose."),
    "comment_answer.made_meanwhile": _(
        "Somebody else answered this comment after you opened the page. Their answer stands below; what you typed is "
        "kept. Save it again if it should replace theirs."
    ),
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
    "no-agreement.no_pairs": _("none coded twice"),
    "no-agreement.no_variance": _("all the same"),
    "no-agreement.one_item": _("one comment"),
    "no-agreement.one_rater": _("one coder"),
    "redacted.waiting": _("Redaction waits for release"),
    "redacted.released": _("Redacted"),
}
