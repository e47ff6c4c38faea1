"""Every setting, declared once: name, type, default, help. Read from DELPHI_* in the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from delphi.domain.languages import LANGUAGES

PREFIX = "DELPHI_"
DEFAULT_SECRETS = {"", "secret", "changeme", "change-me", "dev"}
MINIMUM_SECRET_LENGTH = 32


class SettingsError(Exception):
    """One or more settings are unknown, unreadable or unsafe; `problems` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _boolean(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise ValueError("expected yes or no") from None


@dataclass(frozen=True)
class Setting:
    name: str
    parse: Callable[[str], Any]
    default: Any
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def kind(self) -> str:
        return {str: "text", int: "whole number", _boolean: "yes or no", Path: "path"}[self.parse]


DECLARED: tuple[Setting, ...] = (
    Setting(
        "demo", _boolean, False, "Demo mode: invented data, a made-up secret, mail kept in a mailbox page."
    ),
    Setting(
        "secret_key",
        str,
        "",
        "Signs sessions and forms. At least 32 random characters. Required outside demo mode.",
        True,
    ),
    Setting("instance_path", Path, Path("instance"), "Folder for the SQLite files and the demo mailbox."),
    Setting(
        "database_url",
        str,
        "",
        "Where the data live: a PostgreSQL address (postgresql://user:password@host/name) or empty for SQLite in the instance folder.",
        True,
    ),
    Setting(
        "queue_url",
        str,
        "",
        "The worker's alarm clock: redis://..., postgresql://..., or empty for an SQLite file in the instance folder.",
        True,
    ),
    Setting(
        "base_url",
        str,
        "http://127.0.0.1:8000",
        "Address people reach this site at; every link in a message starts with it.",
    ),
    Setting("host", str, "127.0.0.1", "Network address the web server listens on."),
    Setting("port", int, 8000, "Port the web server listens on."),
    Setting("web_workers", int, 2, "Web server processes."),
    Setting(
        "trusted_proxies",
        int,
        0,
        "How many reverse proxies stand in front; their X-Forwarded-* headers are believed.",
    ),
    Setting(
        "smtp_host",
        str,
        "",
        "Mail server. Empty: nothing is sent (in demo mode messages go to the mailbox page).",
    ),
    Setting("smtp_port", int, 587, "Port of the mail server."),
    Setting("smtp_security", str, "starttls", "How the connection is protected: starttls, tls or none."),
    Setting("smtp_user", str, "", "Name to sign in to the mail server with, if it asks for one."),
    Setting("smtp_password", str, "", "Password to sign in to the mail server with.", True),
    Setting("mail_from", str, "delphi@localhost", "Address messages come from."),
    Setting("default_language", str, "en", "Language of pages before a person has chosen: en or fr."),
    Setting("session_hours", int, 12, "Hours a staff member or expert stays signed in on one device."),
    Setting("max_upload_mb", int, 10, "Largest file that can be imported, in megabytes."),
)


@dataclass(frozen=True)
class Settings:
    """The values in force and where each came from."""

    values: Mapping[str, Any]
    sources: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def database_uri(self) -> str:
        """The address SQLAlchemy wants: psycopg 3 named, SQLite file spelled out."""
        if not self.database_url:
            return f"sqlite:///{self.instance_folder / 'delphi.sqlite3'}"
        scheme, _, rest = self.database_url.partition("://")
        return (
            f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else str(self.database_url)
        )

    @property
    def instance_folder(self) -> Path:
        return Path(self.instance_path).resolve()

    @property
    def mailbox_folder(self) -> Path:
        return self.instance_folder / "mailbox"

    @property
    def uses_mailbox(self) -> bool:
        return bool(self.demo and not self.smtp_host)


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Read every declared setting; refuse unknown names, unreadable values and unsafe secrets, all at once."""
    environment = os.environ if environment is None else environment
    problems = _unknown(environment)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in DECLARED:
        text = environment.get(setting.variable)
        values[setting.name], sources[setting.name] = setting.default, "default"
        if text is None:
            continue
        try:
            values[setting.name], sources[setting.name] = setting.parse(text), "environment"
        except ValueError as error:
            problems.append(f"{setting.variable}: {text!r} is not a {setting.kind} ({error}).")
    problems += _unsafe(values)
    if problems:
        raise SettingsError(problems)
    if not values["secret_key"]:
        values["secret_key"], sources["secret_key"] = (
            _demo_secret(Path(values["instance_path"])),
            "made for the demo",
        )
    return Settings(values, sources)


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {setting.variable for setting in DECLARED}
    names = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
    return [f"{name}: there is no such setting. `delphi doctor --list` shows them all." for name in names]


def _unsafe(values: Mapping[str, Any]) -> list[str]:
    problems = []
    key = values["secret_key"]
    if not (values["demo"] and not key) and (
        key.lower() in DEFAULT_SECRETS or len(key) < MINIMUM_SECRET_LENGTH
    ):
        problems.append(
            f"{PREFIX}SECRET_KEY: set at least {MINIMUM_SECRET_LENGTH} random characters, "
            "for example with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if values["smtp_security"] not in ("starttls", "tls", "none"):
        problems.append(f"{PREFIX}SMTP_SECURITY: use starttls, tls or none.")
    if values["default_language"] not in LANGUAGES:
        problems.append(f"{PREFIX}DEFAULT_LANGUAGE: use en or fr.")
    if not values["base_url"].startswith(("http://", "https://")):
        problems.append(f"{PREFIX}BASE_URL: start with http:// or https://.")
    return problems


def _demo_secret(instance: Path) -> str:
    """A secret that the web server and the worker of one demo share."""
    instance.mkdir(parents=True, exist_ok=True)
    file = instance / "demo-secret"
    try:
        with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as handle:
            handle.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()
