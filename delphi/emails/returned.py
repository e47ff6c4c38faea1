"""Reports that a mail could not be delivered (RFC 3464), as a mail server sends them after it took the mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser

from delphi.emails.transport import without_addresses

_TYPED = re.compile(r"^\s*[\w-]+\s*;\s*")  # "smtp; 550 …", "rfc822; somebody@…"


@dataclass(frozen=True)
class Returned:
    """Which mail came back, and what was said of it, without addresses."""

    identity: str
    answer: str


def read(mail: bytes) -> Returned | None:
    """None for anything but a report that one of its mails failed for good, with the head of that mail."""
    report = message_from_bytes(mail)
    if report.get_content_type() != "multipart/report":
        return None
    parts = list(report.walk())
    identity = next(_identities(parts), "")
    answer = next(_failures(parts), None)
    return Returned(identity, answer) if identity and answer is not None else None


def _failures(parts: list[Message]) -> Iterator[str]:
    """What the server said of each recipient that it gave up on; a delay is none."""
    for part in parts:
        if str(part.get("Action", "")).strip().lower() == "failed":
            recipient = _TYPED.sub("", str(part.get("Final-Recipient", "")))
            said = _TYPED.sub("", str(part.get("Diagnostic-Code", ""))) or str(part.get("Status", ""))
            yield without_addresses(said, recipient.strip())


def _identities(parts: list[Message]) -> Iterator[str]:
    """Of the mail that came back, which is enclosed whole, or its headers alone."""
    for part in parts[1:]:  # the first is the report itself
        if part.get_content_type() == "text/rfc822-headers":
            part = HeaderParser().parsestr(str(part.get_payload()))
        if identity := str(part.get("Message-ID", "")).strip():
            yield identity
