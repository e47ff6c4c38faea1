"""What a message says becomes a text and a page; and the words of messages to staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import force_locale, gettext as _


@dataclass(frozen=True)
class Recipient:
    """Who reads it; what belongs to a study is empty for staff accounts."""

    language: str
    name: str
    link: str
    study: str = ""  # what the study is called in messages
    contact: str = ""
    stop_reminders: str = ""


@dataclass(frozen=True)
class Draft:
    """The words of a message: above the link, on it, below it, and a text sent along."""

    subject: str
    heading: str
    paragraphs: Sequence[str]
    button: str = ""  # empty: no link
    notes: Sequence[str] = ()
    enclosed_heading: str = ""
    enclosed: str = ""


@dataclass(frozen=True)
class Content:
    subject: str
    text: str
    html: str


def content(to: Recipient, draft: Draft) -> Content:
    """Both versions, in the reader's language."""
    with force_locale(to.language):
        text = render_template("emails/message.txt", to=to, draft=draft)
        return Content(draft.subject, text, render_template("emails/message.html", to=to, draft=draft))


def greeting(name: str) -> str:
    return str(_("Hello %(name)s,", name=name) if name else _("Hello,"))


def account_invitation(to: Recipient) -> Content:
    with force_locale(to.language):
        draft = Draft(
            subject=_("You are invited to Delphi"),
            heading=_("Your Delphi account"),
            paragraphs=[
                greeting(to.name),
                _("You are invited to work on Delphi studies. Choose a password to begin."),
            ],
            button=_("Choose a password"),
            notes=[
                _("This link works once and for a limited time. If it has run out, ask for a new one."),
                _("If you did not expect this message, you can ignore it."),
            ],
        )
    return content(to, draft)


def password_reset(to: Recipient) -> Content:
    with force_locale(to.language):
        draft = Draft(
            subject=_("Choose a new password"),
            heading=_("Your Delphi account"),
            paragraphs=[
                greeting(to.name),
                _("Someone asked on the sign-in page for a new password to your account."),
            ],
            button=_("Choose a new password"),
            notes=[
                _("This link works once and for a limited time."),
                _("If you did not ask for it, you can ignore this message: your password stays as it is."),
            ],
        )
    return content(to, draft)


def team_added(to: Recipient, study: str, role: str) -> Content:
    with force_locale(to.language):
        draft = Draft(
            subject=_("You are in the team of “%(study)s”", study=study),
            heading=_("A study is open to you"),
            paragraphs=[
                greeting(to.name),
                _("You now belong to the team of “%(study)s”.", study=study),
                _("Your role: %(role)s", role=role),
            ],
            button=_("Open the study"),
            notes=[_("Under Team you choose whether you are told by mail of what happens in it.")],
        )
    return content(to, draft)


def news(to: Recipient, study: str, lines: Sequence[str], stop: str) -> Content:
    """What happened in a study; its sentences name no expert and hold no answer."""
    with force_locale(to.language):
        draft = Draft(
            subject=_("News of “%(study)s”", study=study),
            heading=_("What happened"),
            paragraphs=[greeting(to.name), *lines],
            button=_("Open the study"),
            notes=[
                _("You get this because you are in the team. How often is chosen under Team."),
                _("To get no more of these messages: %(address)s", address=stop),
            ],
        )
    return content(to, draft)
