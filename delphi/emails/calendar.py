"""The end of a round as a calendar file (RFC 5545), with an alarm a day before.

It holds no personal link: calendars are shared with colleagues and families.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

NAME = "deadline.ics"
_LINE = 75  # octets, the line's end not counted


@dataclass(frozen=True)
class Deadline:
    uid: str  # the same for one round, so that a later file moves the entry
    sequence: int  # higher in a later file
    closes_at: datetime
    title: str
    description: str


def written(deadline: Deadline, now: datetime) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Delphi//Deadline//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{deadline.uid}",
        f"SEQUENCE:{deadline.sequence}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(deadline.closes_at)}",
        f"SUMMARY:{_escaped(deadline.title)}",
        f"DESCRIPTION:{_escaped(deadline.description)}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(deadline.title)}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """No part longer than a line may be, and no letter torn apart."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _LINE:
            parts.append(part)
            part = " "
        part += letter
    return "\r\n".join([*parts, part])
