"""The demo's mailbox: a folder with one .eml file per message, newest last by name."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{16}")


@dataclass(frozen=True)
class Kept:
    """A message as the list shows it."""

    name: str
    to: str
    subject: str
    sent_at: datetime


def keep(folder: Path, mail: EmailMessage) -> None:
    """Written beside and moved into place, so that a reader never finds half a message."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(mail.as_bytes())
    Path(draft).replace(folder / f"{_name(mail)}.eml")


def newest(folder: Path, count: int, before: str = "") -> list[Kept]:
    """The newest messages, or the newest of those older than the one named `before`."""
    names = sorted((path.stem for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    return [_kept(folder, name) for name in names if not before or name < before][:count]


def read(folder: Path, name: str) -> EmailMessage | None:
    """None for any name that is not one of ours, so that no other file can be asked for."""
    if not NAME.fullmatch(name):
        return None
    try:
        content = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    return message_from_bytes(content, _class=EmailMessage, policy=SMTP)


def body(mail: EmailMessage, kind: str) -> str:
    """The "plain" or "html" version."""
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""


def header(mail: EmailMessage, name: str) -> str:
    """As a mail program shows it. Read from the source: the library's parser spaces long names wrongly."""
    source = "".join(str(dict(mail.raw_items()).get(name, "")).splitlines())
    if name not in ("From", "To"):
        return _decoded(source)
    person, email = parseaddr(source)
    return f"{_decoded(person)} <{email}>" if person else email


def _decoded(source: str) -> str:
    return str(make_header(decode_header(source)))


def _name(mail: EmailMessage) -> str:
    identity = hashlib.sha256(str(mail["Message-ID"]).encode()).hexdigest()[:16]
    return f"{_date(mail):%Y%m%dT%H%M%S}-{identity}"


def _date(mail: EmailMessage) -> datetime:
    moment: datetime = mail["Date"].datetime
    return moment.astimezone(UTC)


def _kept(folder: Path, name: str) -> Kept:
    with (folder / f"{name}.eml").open("rb") as file:
        mail = BytesHeaderParser(_class=EmailMessage, policy=SMTP).parse(file)
    return Kept(name, header(mail, "To"), header(mail, "Subject"), _date(mail))
