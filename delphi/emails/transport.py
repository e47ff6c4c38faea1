"""How a mail leaves: by SMTP, or into the demo's mailbox. What came of it is a value, free of addresses."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path

from delphi.emails import mailbox
from delphi.emails.envelope import one_line
from delphi.settings import Settings

TIMEOUT = 30.0
ANSWER_LENGTH = 500
SIGN_IN_WANTED = {530, 534, 535, 538}
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]+@[^\s<>()\[\]\"',;:]+")


class Fate(StrEnum):
    SENT = "sent"
    POSTPONED = "postponed"  # the server asks to try this message again
    REFUSED = "refused"  # the server will never take it
    UNREACHABLE = "unreachable"  # no server to talk to: no use trying the next message now
    MISCONFIGURED = "misconfigured"  # the server takes nothing from us: no fault of this message


@dataclass(frozen=True)
class Outcome:
    fate: Fate
    answer: str = ""

    @property
    def stops(self) -> bool:
        """Whether the next message would fare no better."""
        return self.fate in (Fate.UNREACHABLE, Fate.MISCONFIGURED)


class _NotReady(Exception):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Smtp:
    """One connection for many messages, made when first needed and again when lost."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage) -> Outcome:
        recipient = mail["To"].addresses[0].addr_spec
        try:
            self._ready().send_message(mail, mail["From"].addresses[0].addr_spec, [recipient])
        except _NotReady as error:
            return error.outcome
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return _outcome(error, recipient)
        return Outcome(Fate.SENT)

    def reach(self) -> Outcome:
        """Connects and signs in, but sends nothing: whether a message could leave."""
        try:
            self._ready()
        except _NotReady as error:
            return error.outcome
        return Outcome(Fate.SENT)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _ready(self) -> smtplib.SMTP:
        if self._connection is not None and not _alive(self._connection):
            self.close()
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise _NotReady(_connection_outcome(error)) from None
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        chosen = self._settings
        open_connection: Callable[..., smtplib.SMTP] = smtplib.SMTP
        options: dict[str, object] = {}
        if chosen.smtp_security == "tls":
            open_connection, options = smtplib.SMTP_SSL, {"context": ssl.create_default_context()}
        connection = open_connection(chosen.smtp_host, chosen.smtp_port, timeout=TIMEOUT, **options)
        try:
            if chosen.smtp_security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if chosen.smtp_user:
                connection.login(chosen.smtp_user, chosen.smtp_password)
        except BaseException:
            connection.close()
            raise
        return connection


class Mailbox:
    """The demo's mail server: every message arrives, on a page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: EmailMessage) -> Outcome:
        try:
            mailbox.keep(self._folder, mail)
        except OSError as error:
            return Outcome(Fate.UNREACHABLE, without_addresses(error.strerror or "", ""))
        return Outcome(Fate.SENT)

    def close(self) -> None:
        """Nothing is held open."""


def of(settings: Settings) -> Smtp | Mailbox | None:
    """The way out these settings give; None: there is none, and messages wait."""
    if settings.smtp_host:
        return Smtp(settings)
    return Mailbox(settings.mailbox_folder) if settings.uses_mailbox else None


def _alive(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _connection_outcome(error: Exception) -> Outcome:
    """Before any message was offered: either nobody answers, or we are not let in."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        fate = Fate.UNREACHABLE if error.smtp_code < 500 else Fate.MISCONFIGURED
        return Outcome(fate, _answer(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLError):
        return Outcome(Fate.MISCONFIGURED, without_addresses(str(error), ""))
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(Fate.UNREACHABLE, _answer(error.smtp_code, error.smtp_error))
    return Outcome(Fate.UNREACHABLE, without_addresses(str(error) or type(error).__name__, ""))


def _outcome(error: Exception, recipient: str) -> Outcome:
    """After the connection stood: what the server, or our own library, said of this message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return Outcome(_fate(code), _answer(code, words, recipient))
    if isinstance(error, smtplib.SMTPSenderRefused):
        fate = Fate.POSTPONED if error.smtp_code < 500 else Fate.MISCONFIGURED
        return Outcome(fate, _answer(error.smtp_code, error.smtp_error, recipient))
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(_fate(error.smtp_code), _answer(error.smtp_code, error.smtp_error, recipient))
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        return Outcome(Fate.REFUSED, without_addresses(str(error), recipient))
    return Outcome(Fate.UNREACHABLE, without_addresses(str(error) or type(error).__name__, recipient))


def _fate(code: int) -> Fate:
    if code in SIGN_IN_WANTED:
        return Fate.MISCONFIGURED
    return Fate.REFUSED if code >= 500 else Fate.POSTPONED


def _answer(code: int, words: bytes | str, recipient: str = "") -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return without_addresses(f"{code} {text}", recipient)


def without_addresses(text: str, recipient: str) -> str:
    """Without addresses: those who read it know experts by their pseudonym only.

    A server may name the person or the house without the @, so both halves of the recipient's address go too.
    """
    text = _ADDRESS.sub("[address]", one_line(text))
    for half in filter(None, recipient.split("@")):
        text = re.sub(rf"(?<!\w){re.escape(half)}(?!\w)", "[address]", text, flags=re.IGNORECASE)
    return text[:ANSWER_LENGTH]
