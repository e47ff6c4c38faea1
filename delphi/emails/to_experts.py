"""What the platform says to experts: one function per kind of message, in the language in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask_babel import force_locale, gettext as _

from delphi.domain.messages import WITH_CALENDAR, MessageKind
from delphi.emails.messages import Draft, Recipient, greeting

INSTRUCTIONS_LENGTH = 600


@dataclass(frozen=True)
class Facts:
    """What a message tells beside who reads it, written out; empty where it does not belong."""

    number: str = ""  # of the round
    instructions: str = ""
    closing: str = ""
    minutes: str = ""
    over: bool = False  # the round takes no more answers
    choice: str = ""  # what becomes of the answers of someone who withdrew
    version: str = ""  # of the consent text
    agreed: str = ""
    consent: str = ""


def draft(kind: str, to: Recipient, facts: Facts) -> Draft:
    with force_locale(to.language):
        return _WRITERS[MessageKind(kind)](to, facts)


def moment(when: datetime, zone: str, language: str) -> str:
    """A day and time as a sentence takes it, with its zone."""
    there = when.astimezone(ZoneInfo(zone))
    with force_locale(language):
        text = _(
            "%(day)s at %(time)s (%(zone)s time)",
            day=format_date(there, "full", locale=language),
            time=format_time(there, "short", locale=language),
            zone=zone.replace("_", " "),
        )
    return str(text)


def in_short(instructions: str) -> str:
    """A round's instructions as an invitation has room for them."""
    return shorten(instructions, INSTRUCTIONS_LENGTH, placeholder=" …")


def neutral_name(language: str) -> str:
    """What a study is called in messages that shall not tell what it is about."""
    with force_locale(language):
        return str(_("Questionnaire"))


def button(kind: str, language: str) -> str:
    with force_locale(language):
        if kind == MessageKind.RESULTS_OUT:
            return str(_("See the results"))
        asked = kind in WITH_CALENDAR
        return str(_("Open the questionnaire") if asked else _("Open the study"))


def _invitation(to: Recipient, facts: Facts) -> Draft:
    return _draft(
        MessageKind.ROUND_INVITATION,
        to,
        subject=_("%(study)s: round %(number)s is open", study=to.study, number=facts.number),
        paragraphs=[
            _("You are invited to take part in round %(number)s of this study.", number=facts.number),
            in_short(facts.instructions),
            _(
                "You will be asked to rate a list of statements, one at a time, and may comment on each. "
                "You can stop at any moment and come back with the same link: what you see saved is kept."
            ),
            _takes(facts),
            _closes(facts),
        ],
        notes=[
            _personal(),
            _(
                "If you do not want to take part, open the link and say so there, or ignore this "
                "message. You need not give a reason."
            ),
        ],
    )


def _reminder_unopened(to: Recipient, facts: Facts) -> Draft:
    return _draft(
        MessageKind.REMINDER_UNOPENED,
        to,
        subject=_("%(study)s: round %(number)s is waiting for you", study=to.study, number=facts.number),
        paragraphs=[
            _("We invited you to round %(number)s of this study. It is still open.", number=facts.number),
            _("Your view counts. You can answer a little now and the rest later."),
            _takes(facts),
            _closes(facts),
        ],
        notes=[_personal(), _if_not()],
    )


def _reminder_opened(to: Recipient, facts: Facts) -> Draft:
    return _draft(
        MessageKind.REMINDER_OPENED,
        to,
        subject=_("%(study)s: round %(number)s is waiting for you", study=to.study, number=facts.number),
        paragraphs=[
            _(
                "You have looked at round %(number)s of this study. There is no answer from you yet.",
                number=facts.number,
            ),
            _("If it was not a good moment, perhaps now is. One answer is enough to begin."),
            _takes(facts),
            _closes(facts),
        ],
        notes=[_personal(), _if_not()],
    )


def _reminder_half_done(to: Recipient, facts: Facts) -> Draft:
    return _draft(
        MessageKind.REMINDER_HALF_DONE,
        to,
        subject=_("%(study)s: go on with round %(number)s", study=to.study, number=facts.number),
        paragraphs=[
            _("Thank you for what you have answered in round %(number)s. It is saved.", number=facts.number),
            _left(facts),
            _("The link brings you to where you stopped."),
            _closes(facts),
        ],
        notes=[_personal()],
    )


def _deadline_notice(to: Recipient, facts: Facts) -> Draft:
    return _draft(
        MessageKind.DEADLINE_NOTICE,
        to,
        subject=_("%(study)s: round %(number)s closes soon", study=to.study, number=facts.number),
        paragraphs=[
            _("Round %(number)s of this study closes soon.", number=facts.number),
            _closes(facts),
            _left(facts),
            _("What you have saved by then counts, even if you do not finish."),
        ],
        notes=[_personal()],
    )


def _thank_you(to: Recipient, facts: Facts) -> Draft:
    change = _(
        "If you want to change an answer, you can until the round closes on %(closing)s.",
        closing=facts.closing,
    )
    return _draft(
        MessageKind.THANK_YOU,
        to,
        subject=_("%(study)s: thank you", study=to.study),
        paragraphs=[
            _("Thank you. Your answers in round %(number)s have arrived.", number=facts.number),
            _("You need not do anything more now."),
            "" if facts.over else change,
        ],
        notes=[_personal()],
    )


def _results_out(to: Recipient, facts: Facts) -> Draft:  # noqa: ARG001 - one shape for all
    return _draft(
        MessageKind.RESULTS_OUT,
        to,
        subject=_("%(study)s: the results are out", study=to.study),
        paragraphs=[
            _("The study you took part in is finished, and its results can be read now."),
            _("Thank you for your time and for what you know."),
        ],
        notes=[_("This link is yours alone. Please do not pass it on.")],
    )


def _consent_copy(to: Recipient, facts: Facts) -> Draft:
    return _draft(
        MessageKind.CONSENT_COPY,
        to,
        subject=_("%(study)s: a copy of what you agreed to", study=to.study),
        paragraphs=[
            _("Thank you for taking part. This message is for you to keep."),
            _(
                "You agreed on %(moment)s to version %(number)s of the text below.",
                moment=facts.agreed,
                number=facts.version,
            ),
            _("You can change your mind at any time and need not give a reason."),
        ],
        notes=[_personal()],
        enclosed_heading=_("The text you agreed to (version %(number)s)", number=facts.version),
        enclosed=facts.consent,
    )


def _link_again(to: Recipient, facts: Facts) -> Draft:  # noqa: ARG001 - one shape for all
    return _draft(
        MessageKind.LINK_AGAIN,
        to,
        subject=_("%(study)s: your personal link", study=to.study),
        paragraphs=[
            _("Here is a new personal link to this study."),
            _("Please use this one: earlier links may not work any more. What you answered is kept."),
        ],
        notes=[_personal(), _("If you did not ask for it, you need not do anything.")],
    )


def _announcement(to: Recipient, facts: Facts) -> Draft:  # noqa: ARG001 - one shape for all
    """What the team begins from; and the subject where subjects are to be neutral."""
    return _draft(
        MessageKind.ANNOUNCEMENT,
        to,
        subject=_("%(study)s: a message from the team", study=to.study),
        paragraphs=[],
        notes=[_personal()],
    )


def _withdrawn(to: Recipient, facts: Facts) -> Draft:
    return Draft(
        subject=_("%(study)s: you have withdrawn", study=to.study),
        heading=to.study,
        paragraphs=[
            greeting(to.name),
            _("You have withdrawn from this study. Your links do not work any more."),
            _after_withdrawal(facts.choice),
            _("This is our last message to you. Thank you for the time you gave."),
            _("If it was not you who did this, tell us at once: %(contact)s", contact=to.contact)
            if to.contact
            else "",
        ],
    )


def _after_withdrawal(choice: str) -> str:
    sentences = {
        "kept": _("Your answers stay in the study under your code, as you chose."),
        "unlinked": _("Your answers stay in the study without anything that leads to you, as you chose."),
        "deleted": _(
            "Your answers in what was not yet decided are deleted, as you chose. "
            "Those in finished rounds stay without anything that leads to you."
        ),
    }
    return str(sentences.get(choice, ""))


def _draft(
    kind: MessageKind, to: Recipient, *, paragraphs: list[str], notes: list[str], **rest: str
) -> Draft:
    return Draft(
        heading=to.study,
        paragraphs=[greeting(to.name), *(text for text in paragraphs if text)],
        button=button(kind, to.language),
        notes=[*notes, *_whom_to_ask(to.contact)],
        **rest,
    )


def _takes(facts: Facts) -> str:
    return str(_("It takes about %(minutes)s minutes.", minutes=facts.minutes)) if facts.minutes else ""


def _left(facts: Facts) -> str:
    text = _("What is left takes about %(minutes)s minutes.", minutes=facts.minutes)
    return str(text) if facts.minutes else ""


def _closes(facts: Facts) -> str:
    return str(_("The round closes on %(closing)s.", closing=facts.closing)) if facts.closing else ""


def _personal() -> str:
    text = _("This link is yours alone: whoever has it can answer in your place. Please do not pass it on.")
    return str(text)


def _if_not() -> str:
    return str(_("If you would rather not take part, open the link and say so there. Nobody asks why."))


def _whom_to_ask(contact: str) -> list[str]:
    return [str(_("If you have a question, ask: %(contact)s", contact=contact))] if contact else []


_WRITERS: dict[MessageKind, Callable[[Recipient, Facts], Draft]] = {
    MessageKind.ROUND_INVITATION: _invitation,
    MessageKind.REMINDER_UNOPENED: _reminder_unopened,
    MessageKind.REMINDER_OPENED: _reminder_opened,
    MessageKind.REMINDER_HALF_DONE: _reminder_half_done,
    MessageKind.DEADLINE_NOTICE: _deadline_notice,
    MessageKind.THANK_YOU: _thank_you,
    MessageKind.RESULTS_OUT: _results_out,
    MessageKind.CONSENT_COPY: _consent_copy,
    MessageKind.LINK_AGAIN: _link_again,
    MessageKind.WITHDRAWN: _withdrawn,
    MessageKind.ANNOUNCEMENT: _announcement,
}
