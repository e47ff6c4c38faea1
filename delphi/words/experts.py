"""Words for experts and their links."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "expert.not_found": _("There is no such expert in this study."),
    "expert.wrong_state": _("This cannot be done: the state of this expert has changed meanwhile."),
    "expert.email_missing": _("An e-mail address is needed: the personal link is sent there."),
    "expert.email_invalid": _("“%(email)s” is not an e-mail address. It should look like name@example.org."),
    "expert.email_taken": _("An expert with the address %(email)s is already in this study."),
    "expert.email_twice": _(
        "The address %(email)s already stands in row %(first)s. Keep one of the two rows."
    ),
    "expert.name_too_long": _("This name has %(found)s characters; at most %(most)s can be kept."),
    "expert.phone_invalid": _(
        "“%(phone)s” is not a telephone number. Use digits, spaces and + ( ) - . only, 40 characters at most."
    ),
    "expert.language_unknown": _("The study has no language “%(value)s”. It has: %(known)s."),
    "expert.panel_missing": _("At least one panel is needed: an expert without a panel is never asked."),
    "expert.panel_unknown": _(
        "The study has no panel “%(value)s”. It has: %(known)s. Set several apart by “;”."
    ),
    "expert.no_panels_yet": _("“%(value)s” cannot be found: the study has no panels yet. Make them first."),
    "expert.attribute_name": _("An attribute needs a name of at most %(most)s characters."),
    "expert.attribute_address": _(
        "This holds an e-mail address, but only the contact list may. "
        "Take it out, or use the column as the e-mail address, or leave the column out."
    ),
    "expert.attribute_line": _("Write each attribute on a line of its own, as in: role: nurse; teacher"),
    "expert.value_too_long": _("This value has %(found)s characters; at most %(most)s can be kept."),
    "expert.has_declined": _(
        "This expert said no to taking part, so nothing is sent. The link they have lets them change their mind."
    ),
    "expert.no_open_round": _("No round is open, so there is no invitation to send."),
    "expert.not_asked": _(
        "This expert was not asked in the open round, so there is no invitation to send again."
    ),
    "expert.same_panel": _("Choose two different panels."),
    "expert.nobody_chosen": _("Choose at least one expert."),
    "expert.panels_not_asked": _("Round %(number)s does not ask any of this expert’s panels."),
    "mapping.no_email": _("Say which column holds the e-mail addresses."),
    "mapping.no_panels": _("Say which column holds the panels."),
}

LABELS: dict[str, Any] = {
    "expert.invited": _("Invited"),
    "expert.active": _("Active"),
    "expert.declined": _("Declined"),
    "expert.withdrawn": _("Withdrawn"),
    "withdrawal.kept": _("The answers stay in the study, under this code."),
    "withdrawal.unlinked": _(
        "The answers stay in the study, but cut from this person: name, address and answers are no longer linked."
    ),
    "withdrawal.deleted": _(
        "Answers about which nothing was decided yet are deleted; the others stay, cut from this person."
    ),
    "target.name": _("Name"),
    "target.first_name": _("First name"),
    "target.email": _("E-mail address"),
    "target.phone": _("Telephone"),
    "target.language": _("Language"),
    "target.attribute": _("Attribute"),
}
