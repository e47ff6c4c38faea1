"""A mail from its content: one recipient, safe headers, the same identity at every attempt."""

from __future__ import annotations

from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr, parseaddr
from typing import Any
from unicodedata import category

from delphi.emails.calendar import NAME as CALENDAR
from delphi.emails.messages import Content

_BREAKS = ("Cc", "Zl", "Zp")  # categories of letters that break or steer a line


class _WholeWords(EmailPolicy):
    """The library's own folding loses or adds spaces in long texts that are not ASCII; its older one does not.

    Addresses of pages and identities stay on their line: not every reader puts them together again.
    """

    def fold(self, name: str, value: Any) -> str:
        if name in ("From", "To"):
            return f"{name}: {_folded_address(value.addresses[0])}\r\n"
        if name == "Subject":
            return f"{name}: {_folded(str(value))}\r\n"
        if name in ("List-Unsubscribe", "Message-ID"):
            return f"{name}: {value}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode()


POLICY = _WholeWords(linesep="\r\n")


def _folded(text: str) -> str:
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, maxlinelen=64).encode(linesep="\r\n")


def _folded_address(one: Address) -> str:
    if one.display_name.isascii():
        return formataddr((one.display_name, one.addr_spec)) if one.addr_spec.isascii() else str(one)
    return f"{_folded(one.display_name)}\r\n <{one.addr_spec}>"


def one_line(text: str) -> str:
    """Fit for a header: no line breaks, no control characters. The spaces before : ; ? ! in French stay."""
    spaced = "".join(" " if category(letter) in _BREAKS else letter for letter in text)
    return " ".join(part for part in spaced.split(" ") if part)


def address(email: str, name: str = "") -> Address:
    """Raises ValueError for what cannot be one. A domain in any script is put as mail servers read it."""
    local, at, domain = email.rpartition("@")
    if not (local and at and domain) or one_line(email) != email or len(email.split()) > 1:
        raise ValueError("not an e-mail address")
    return Address(one_line(name), local, domain.encode("idna").decode())


def sender(mail_from: str, name: str) -> Address:
    """The configured address under the name given, which for an expert is the study's title."""
    own_name, email = parseaddr(mail_from)
    return address(email, name or own_name)


def compose(
    content: Content,
    *,
    sender: Address,
    recipient: Address,
    message_id: str,
    now: datetime,
    stop_reminders: str = "",
    calendar: str = "",
) -> EmailMessage:
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = one_line(content.subject)
    mail["Date"] = now
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    if stop_reminders:
        mail["List-Unsubscribe"] = f"<{stop_reminders}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(content.text, cte="quoted-printable")
    mail.add_alternative(content.html, subtype="html", cte="quoted-printable")
    if calendar:
        mail.add_attachment(
            calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename=CALENDAR,
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    return mail
