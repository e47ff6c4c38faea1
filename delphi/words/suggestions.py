"""Words for suggestions, for what becomes of comments, and for the personal page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "suggestion.empty": _("Write what you suggest."),
    "suggestion.too_long": _(
        "This text is too long: %(length)s characters, of at most %(most)s. Shorten it and send it again."
    ),
    "suggestion.unchanged": _("This is the present wording. Change it, then send it."),
    "suggestion.domain_unknown": _("Choose one of the list, or leave it open."),
    "suggestion.not_taken": _("This study takes no such suggestions now. Nothing was sent."),
    "suggestion.too_many": _(
        "You have %(most)s suggestions that wait for an answer. Take one back, or wait for an answer, then send more."
    ),
    "suggestion.not_found": _("There is no such suggestion. Perhaps it was taken back."),
    "suggestion.wrong_state": _("The team has answered this suggestion meanwhile, so it stays."),
    "suggestion.answer_missing": _("Choose what becomes of the suggestion."),
    "suggestion.reply_missing": _("Say why it is declined: the expert who proposed it reads your answer."),
    "suggestion.answered": _("Somebody has answered this suggestion meanwhile, so nothing was made of it."),
    "suggestion.no_such_item": _("There is no item with the code “%(item)s” in this study."),
    "suggestion.reply_too_long": _(
        "This reply is too long: %(length)s characters, of at most %(most)s. Shorten it and save again."
    ),
    "note.not_found": _("There is no such note. Perhaps its author has left the study."),
    "withdrawal.choice_missing": _("Choose what becomes of your answers."),
    "pdf.not_available": _(
        "This server cannot make PDF files. Take the CSV file instead: it holds the same."
    ),
}

LABELS: dict[str, Any] = {
    "suggestion.waiting": _("Waiting for an answer"),
    "suggestion.accepted": _("Accepted"),
    "suggestion.merged": _("Merged with something else"),
    "suggestion.declined": _("Declined"),
    "own-withdrawal.kept": _("Keep my answers"),
    "own-withdrawal.unlinked": _("Keep my answers, without any link to me"),
    "own-withdrawal.deleted": _("Delete my answers on which nothing is decided yet"),
    "comment-fate.with_team": _("With the research team"),
    "comment-fate.shown": _("Shown to the other experts, without your name"),
    "comment-fate.not_shown": _("Kept for the research team, not shown to other experts"),
}
