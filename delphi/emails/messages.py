"""One function per kind of message: values in, words out, in the recipient's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import render_template
from flask_babel import force_locale, gettext as _

INSTRUCTIONS_LENGTH = 600


@dataclass(frozen=True)
class Recipient:
    """Who reads it; what belongs to a study is empty for staff accounts."""

    language: str
    name: str
    link: str
    study: str = ""
    contact: str = ""
    stop_reminders: str = ""


@dataclass(frozen=True)
class Content:
    subject: str
    text: str
    html: str


def round_invitation(
    to: Recipient, *, number: int, instructions: str, closes_at: datetime | None, zone: str
) -> Content:
    with force_locale(to.language):
        return _content(
            to,
            subject=_("%(study)s: round %(number)s is open", study=to.study, number=number),
            heading=to.study,
            paragraphs=[
                _("You are invited to take part in round %(number)s of this study.", number=number),
                shorten(instructions, INSTRUCTIONS_LENGTH, placeholder=" …"),
                _(
                    "You will be asked to rate a list of statements, one at a time, and may comment on each. "
                    "You can stop at any moment and come back with the same link: what you see saved is kept."
                ),
                _closing(closes_at, zone, to.language),
            ],
            button=_("Open the questionnaire"),
            notes=[
                _personal(),
                _(
                    "If you do not want to take part, open the link and say so there, or ignore this "
                    "message. You need not give a reason."
                ),
                _whom_to_ask(to.contact),
            ],
        )


def link_again(to: Recipient) -> Content:
    with force_locale(to.language):
        return _content(
            to,
            subject=_("%(study)s: your personal link", study=to.study),
            heading=to.study,
            paragraphs=[_("Here is a new personal link to this study, as asked for on our site.")],
            button=_("Open the study"),
            notes=[
                _personal(),
                _("If you did not ask for it, you can ignore this message: nothing has changed."),
                _whom_to_ask(to.contact),
            ],
        )


def account_invitation(to: Recipient) -> Content:
    with force_locale(to.language):
        return _content(
            to,
            subject=_("You are invited to Delphi"),
            heading=_("Your Delphi account"),
            paragraphs=[_("You are invited to work on Delphi studies. Choose a password to begin.")],
            button=_("Choose a password"),
            notes=[
                _("This link works once and for a limited time. If it has run out, ask for a new one."),
                _("If you did not expect this message, you can ignore it."),
            ],
        )


def password_reset(to: Recipient) -> Content:
    with force_locale(to.language):
        return _content(
            to,
            subject=_("Choose a new password"),
            heading=_("Your Delphi account"),
            paragraphs=[_("Someone asked on the sign-in page for a new password to your account.")],
            button=_("Choose a new password"),
            notes=[
                _("This link works once and for a limited time."),
                _("If you did not ask for it, you can ignore this message: your password stays as it is."),
            ],
        )


def _closing(closes_at: datetime | None, zone: str, language: str) -> str:
    if closes_at is None:
        return ""
    there = closes_at.astimezone(ZoneInfo(zone))
    text = _(
        "The round closes on %(day)s at %(time)s (%(zone)s time).",
        day=format_date(there, "full", locale=language),
        time=format_time(there, "short", locale=language),
        zone=zone.replace("_", " "),
    )
    return str(text)


def _personal() -> str:
    text = _("This link is yours alone: whoever has it can answer in your place. Please do not pass it on.")
    return str(text)


def _whom_to_ask(contact: str) -> str:
    return str(_("If you have a question, ask: %(contact)s", contact=contact)) if contact else ""


def _content(
    to: Recipient, *, subject: str, heading: str, paragraphs: list[str], button: str, notes: list[str]
) -> Content:
    parts = {
        "to": to,
        "subject": subject,
        "heading": heading,
        "greeting": _("Hello %(name)s,", name=to.name) if to.name else _("Hello,"),
        "paragraphs": [text for text in paragraphs if text],
        "button": button,
        "notes": [text for text in notes if text],
    }
    text = render_template("emails/message.txt", **parts)
    return Content(subject, text, render_template("emails/message.html", **parts))
