"""Mails to experts as they leave, and the addresses they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from delphi.domain.messages import TO_EXPERTS, MessageKind
from delphi.services import letters, outbox
from tests.support.surveys import Survey

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")


def every_kind(survey: Survey, now: datetime) -> dict[str, EmailMessage]:
    """One mail of each kind that one of the survey's experts would get now."""
    found: dict[str, EmailMessage] = {}
    for kind in TO_EXPERTS:
        for expert in survey.experts:
            row = outbox.enqueue(
                MessageKind(kind),
                once=f"{kind}-{expert.id}",
                now=now,
                study=survey.study,
                expert=expert,
                round=survey.round,
            )
            written = letters.write(row, now) if row else None
            if isinstance(written, EmailMessage):
                found[kind] = written
    return found


def paths_in(mail: EmailMessage) -> set[str]:
    """The path of every address of ours in a mail: its headers, texts and attached files."""
    texts = [*mail.values(), *_texts(mail)]
    return {urlsplit(found.rstrip(".,;)")).path for text in texts for found in _ADDRESS.findall(str(text))}


def _texts(mail: EmailMessage) -> Iterator[str]:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            yield part.get_content()
