"""Words for staff accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

ERRORS: dict[str, Any] = {
    "account.sign_in_failed": _("The address or the password is not right. Check both and try again."),
    "account.not_allowed": _("You are signed in, but this page is not open to your role."),
    "account.too_many_tries": _("Too many tries from here. Wait a few minutes, then try again."),
    "account.not_found": _("There is no such account."),
    "account.wrong_state": _("This account has changed meanwhile, so this can no longer be done."),
    "account.address_taken": _("%(email)s has an account already. Look for it in the list of staff."),
    "account.was_removed": _(
        "The account of %(email)s was removed. Only an administrator can invite this person again."
    ),
    "account.oneself": _("You cannot do this to your own account. Ask another administrator."),
    "account.last_administrator": _(
        "This is the last administrator. Make somebody else an administrator first."
    ),
    "account.password_short": _(
        "Use at least %(minimum)s characters. A few unrelated words make a good password."
    ),
    "account.password_long": _("Use at most %(maximum)s characters."),
    "account.password_is_address": _("The password is your address. Choose one that nobody can look up."),
    "account.password_common": _(
        "Many people use this password, so it is easy to guess. Choose another one."
    ),
    "account.wrong_password": _("This is not your present password."),
    "account.session_not_found": _("This browser is not signed in any more."),
    "account.setup_code_wrong": _("This is not the set-up code of this server. See below where to find it."),
    "account.link_used": _("This link was used a moment ago. It works once."),
    "account.invitation_over": _(
        "This invitation was used already, was replaced, or is more than 7 days old. If you have a password, sign in. "
        "If not, ask for a new invitation with your address."
    ),
    "account.password_reset_over": _(
        "This link was used already, was replaced, or is more than 2 hours old. Ask for a new one."
    ),
    "team.not_found": _("This person is not in the team any more."),
    "team.already_there": _("%(email)s is in the team already. Change the role in the list instead."),
    "team.suspended": _(
        "The account of %(email)s is suspended. An administrator has to restore it before it can join a study."
    ),
    "team.news_unknown": _("Choose how often you want to be told."),
    "team.role_unknown": _("There is no such role. Choose one from the list."),
    "team.last_owner": _("This is the last owner who can sign in. Make somebody else an owner first."),
}

LABELS: dict[str, Any] = {
    "news.never": _("Never"),
    "news.at_once": _("At once"),
    "news.daily": _("Once a day, in the morning"),
    "role.owner": _("Owner"),
    "role.researcher": _("Researcher"),
    "role.facilitator": _("Facilitator"),
    "role.observer": _("Observer"),
    "role_meaning.owner": _(
        "Does everything, and chooses the team. Sees the names and addresses of experts."
    ),
    "role_meaning.researcher": _(
        "Sets up and runs the study: protocol, items, experts, rounds, decisions. "
        "Sees the names and addresses of experts. Cannot change the team."
    ),
    "role_meaning.facilitator": _(
        "Edits items, runs rounds, reads comments and decides on items. "
        "Knows experts by their code only, never by name or address."
    ),
    "role_meaning.observer": _(
        "Looks at the protocol, the items, the rounds and the results, and changes nothing. "
        "Sees no experts and no comments."
    ),
    "account.invited": _("Invited"),
    "account.active": _("Active"),
    "account.suspended": _("Suspended"),
    "account.removed": _("Removed"),
}
