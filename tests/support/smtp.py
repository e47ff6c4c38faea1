"""A real SMTP server on loopback whose answers a test chooses."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port

DISCONNECT = "disconnect"


class Mailbag:
    """What arrived, and what the server will answer instead of taking a message.

    `answer_next("451 4.3.0 Try later", DISCONNECT)` is used up one message at a time;
    `refuse("ben@example.org", "550 5.1.1 No such user")` holds for that recipient.
    """

    def __init__(self) -> None:
        self.port = 0
        self.empty()

    def empty(self) -> None:
        """As a new server: nothing has arrived, everything is taken."""
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self._next: deque[str] = deque()
        self._refused: dict[str, str] = {}

    @property
    def settings(self) -> dict[str, str]:
        """For `make_app(**smtp_server.settings)`."""
        return {"smtp_host": "127.0.0.1", "smtp_port": str(self.port), "smtp_security": "none"}

    def answer_next(self, *answers: str) -> None:
        self._next.extend(answers)

    def refuse(self, recipient: str, answer: str) -> None:
        self._refused[recipient] = answer

    def to(self, recipient: str) -> list[EmailMessage]:
        return [
            message
            for message, known in zip(self.messages, self.recipients, strict=True)
            if known == recipient
        ]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._refused:
            return self._refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self._next:
            return self._answer(server, self._next.popleft())
        content: Any = envelope.content
        for recipient in envelope.rcpt_tos:
            parsed = message_from_bytes(content, policy=policy.default)
            self.messages.append(parsed)  # type: ignore[arg-type]
            self.recipients.append(recipient)
        return "250 OK"

    def _answer(self, server: SMTP, answer: str) -> str:
        if answer == DISCONNECT:
            server.transport.abort()  # type: ignore[union-attr]
            return "421 closed"
        return answer


@contextmanager
def running() -> Iterator[Mailbag]:
    bag = Mailbag()
    bag.port = free_port()
    controller = Controller(bag, hostname="127.0.0.1", port=bag.port)
    controller.start()
    try:
        yield bag
    finally:
        controller.stop()
