"""A study's own words for a message: what may be filled in, checked before and filled in after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from delphi.domain.errors import DomainError
from delphi.domain.messages import OF_A_ROUND, WITH_CALENDAR, MessageKind

LINK = "{link}"
LONGEST_SUBJECT = 200
LONGEST_BODY = 10_000
# The copy of a consent and the confirmation of a withdrawal are records: their words are the platform's.
OWN_WORDS = (
    MessageKind.ROUND_INVITATION,
    MessageKind.REMINDER_UNOPENED,
    MessageKind.REMINDER_OPENED,
    MessageKind.REMINDER_HALF_DONE,
    MessageKind.DEADLINE_NOTICE,
    MessageKind.THANK_YOU,
    MessageKind.RESULTS_OUT,
    MessageKind.LINK_AGAIN,
)

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_EMPTY = re.compile(r"[^\S\n]?\{([^{}\n]*)\}")


def allowed(kind: str, *, of_round: bool = False) -> tuple[str, ...]:
    """The names that may stand in braces in messages of this kind; `of_round`: this one is about a round."""
    about = ("round", "closing") if of_round or kind in OF_A_ROUND else ()
    pace = ("minutes",) if kind in WITH_CALENDAR else ()
    told = ("instructions",) if kind == MessageKind.ROUND_INVITATION else ()
    return ("name", "title", *about, *told, *pace, "contact", "link")


def check(kind: str, subject: str, body: str, *, of_round: bool = False) -> None:
    """Refuse what could not be sent, naming the field and the line."""
    if not subject:
        raise DomainError("message.subject_missing", field="subject")
    if len(subject) > LONGEST_SUBJECT or "\n" in subject:
        raise DomainError("message.subject_too_long", field="subject", most=LONGEST_SUBJECT)
    if LINK in subject:
        raise DomainError("message.link_in_subject", field="subject")
    if len(body) > LONGEST_BODY:
        raise DomainError("message.body_too_long", field="body", most=LONGEST_BODY, found=len(body))
    known = allowed(kind, of_round=of_round)
    _check_names([name for name in known if name != "link"], "subject", subject)
    _check_names(known, "body", body)
    _check_link(body)


def _check_names(known: Sequence[str], field: str, text: str) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _PLACEHOLDER.findall(line):
            if name not in known:
                raise DomainError(
                    f"message.placeholder_unknown_{field}",
                    field=field,
                    name=f"{{{name}}}",
                    line=number,
                    known=", ".join(f"{{{one}}}" for one in known),
                )


def _check_link(body: str) -> None:
    lines = [number for number, line in enumerate(body.splitlines(), start=1) if LINK in line]
    if not lines:
        raise DomainError("message.link_missing", field="body")
    if body.count(LINK) > 1:
        raise DomainError("message.link_twice", field="body", line=lines[1] if len(lines) > 1 else lines[0])
    if paragraphs(body).count(LINK) != 1:
        raise DomainError("message.link_not_alone", field="body", line=lines[0])


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines."""
    return [part.strip() for part in re.split(r"\n[^\S\n]*\n", text) if part.strip()]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each name in braces once; what is empty takes the space before it along. Values are never read again."""
    return _EMPTY.sub(lambda found: _filled(found, values), text)


def _filled(found: re.Match[str], values: Mapping[str, str]) -> str:
    value = values.get(found[1])
    if value is None:
        return found[0]
    before = found[0][: -len(found[1]) - 2]
    return before + value if value else ""
