"""Words for registration packs, for files that are compared with one another, and for what is found."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "registration.not_sealed": _("The protocol is not sealed yet, so there is nothing to register."),
    "archive.unreadable": _("%(place)s is neither a ZIP file nor a folder, or it is cut off."),
    "archive.damaged": _("%(file)s in %(place)s is damaged and cannot be read."),
    "archive.not_text": _("%(file)s in %(place)s is not text in UTF-8."),
    "archive.file_missing": _("%(file)s is missing from %(place)s."),
    "archive.no_pack": _(
        "%(place)s is no registration pack: it has no pack.json of one. Give the pack first, then the bundle."
    ),
    "archive.no_bundle": _(
        "%(place)s is no bundle with answers: it has no datapackage.json with ratings. Give the research bundle "
        "or the full one."
    ),
    "archive.newer": _("%(place)s was made by a newer version. Update this one first."),
}

LABELS: dict[str, Any] = {
    "work_kind.registration": _("Registration pack"),
    "work_step.registration": _("Putting the pack together"),
    "verification.pack_file_missing": _("Registration: %(file)s is missing from the pack."),
    "verification.pack_file_changed": _(
        "Registration: %(file)s in the pack is not the file that was registered."
    ),
    "verification.protocol_missing": _("Protocol %(number)s was registered and is not in the data."),
    "verification.protocol_changed": _(
        "Protocol %(number)s, %(place)s: registered %(registered)s, in the data %(found)s."
    ),
    "verification.protocol_changed_writing": _(
        "Protocol %(number)s is written differently in the data, but means the same."
    ),
    "verification.protocol_digest": _(
        "Protocol %(number)s in the data is not the one that was sealed: its SHA-256 is not %(sha256)s."
    ),
    "verification.amendment": _("Amendment %(number)s, sealed %(sealed_at)s before any data: %(reason)s"),
    "verification.amendment_after_data": _(
        "Amendment %(number)s, sealed %(sealed_at)s after data: %(reason)s"
    ),
    "verification.amendment_change": _("Amendment %(number)s, %(place)s: from %(registered)s to %(found)s."),
    "verification.amendment_change_writing": _(
        "Amendment %(number)s changes how the protocol is written only."
    ),
    "verification.item_missing": _(
        "Item %(item)s, wording %(wording)s was registered and is not in the data."
    ),
    "verification.item_reworded": _(
        "Item %(item)s, wording %(wording)s, %(column)s: registered “%(registered)s”, in the data “%(found)s”."
    ),
    "verification.wording_added": _("Item %(item)s was reworded on record (wording %(wording)s): %(reason)s"),
    "verification.item_added": _("Item %(item)s came after registration (wording %(wording)s). %(reason)s"),
    "verification.file_missing": _("%(file)s is missing from the bundle."),
    "verification.file_changed": _("%(file)s is not the file that the bundle was made with."),
    "verification.expert_missing": _(
        "Round %(round)s: expert %(key)s is missing, with %(rows)s rows of answers."
    ),
    "verification.expert_added": _("Round %(round)s: expert %(key)s was not there when the bundle was made."),
    "verification.item_missing_answers": _("Round %(round)s: every answer to item %(key)s is missing."),
    "verification.item_added_answers": _(
        "Round %(round)s: item %(key)s was not asked when the bundle was made."
    ),
    "verification.rating_changed": _(
        "Round %(round)s: the answer of expert %(expert)s to item %(item)s (%(criterion)s) is “%(now)s” and was “%(was)s”."
    ),
    "verification.ratings_changed": _(
        "Round %(round)s: answers of expert %(expert)s were changed, in one or more of these items: %(items)s."
    ),
    "verification.answers_changed": _("Round %(round)s: answers were changed, of %(key)s."),
    "verification.not_asked": _("Round %(round)s: item %(item)s has a verdict and no answers."),
    "verification.verdict_differs": _(
        "Round %(round)s, item %(item)s: the verdict is “%(stored)s”; these answers and rules give “%(found)s”."
    ),
    "verification.group_missing": _(
        "Round %(round)s, item %(item)s, %(criterion)s, %(group)s: there are numbers and no answers."
    ),
    "verification.counts_differ": _(
        "Round %(round)s, item %(item)s, %(criterion)s, %(group)s: the answers do not give the numbers that were stored. "
        "Answers × points there are too few of: %(fewer)s; too many of: %(more)s."
    ),
    "verification.number_differs": _(
        "Round %(round)s, item %(item)s, %(criterion)s, %(group)s: %(name)s is %(stored)s; the answers give %(found)s."
    ),
}
