"""What every command shares: the application, one transaction, and refusals in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import Babel, force_locale, gettext as _
from sqlalchemy.exc import OperationalError

from delphi import jobs
from delphi.db import bells_asked_for, db, session
from delphi.domain.errors import DomainError
from delphi.domain.languages import LANGUAGES
from delphi.importers.problems import ImportRefused
from delphi.settings import SettingsError
from delphi.words import explained, lead_in, message

TRANSLATIONS = Path(__file__).parents[1] / "translations"


@dataclass
class Doors:
    """What commands are given from above, so that none of them has to reach up for it."""

    create_app: Callable[[], Flask]
    run_worker: Callable[[Flask, int | None], None]
    do_work: Callable[[Flask, int, int], None]
    language: str = LANGUAGES[0]


def now() -> datetime:
    return datetime.now(UTC)


def application(doors: Doors) -> Flask:
    try:
        return doors.create_app()
    except SettingsError as error:
        raise click.ClickException("\n  ".join(["the settings cannot be used:", *error.problems])) from None


@contextmanager
def opened(doors: Doors) -> Iterator[Flask]:
    """The application in the reader's language; what was written is committed at the end, or none of it."""
    app = application(doors)
    with app.app_context(), force_locale(doors.language):
        try:
            yield app
            session.commit()
        except DomainError as error:
            session.rollback()
            raise click.ClickException("\n  ".join(_told(error))) from None
        except OperationalError as error:
            told = _("The database does not answer: %(error)s", error=error.orig)
            raise click.ClickException(told) from None
        for bell in bells_asked_for():
            jobs.of(app).ring(bell)
        session.remove()
        db.engine.dispose()  # a server forked later must not inherit a connection


@contextmanager
def speaking(doors: Doors) -> Iterator[None]:
    """The reader's language alone, for commands that need neither settings nor a database."""
    app = Flask("delphi")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app)
    with app.app_context(), force_locale(doors.language):
        try:
            yield
        except DomainError as error:
            raise click.ClickException("\n  ".join(_told(error))) from None


def _told(error: DomainError) -> list[str]:
    """What is wrong; for a file also every place where."""
    lines = [explained(error)]
    if isinstance(error, ImportRefused):
        for problem in error.problems:
            place = problem.cell or (_("row %(row)s", row=problem.row) if problem.row else "")
            told = message(problem.code, problem.params)
            lines.append(f"{lead_in(place)} {told}" if place else told)
    return lines


def in_transaction(command: Callable[..., None]) -> Callable[..., None]:
    """One command, one transaction."""

    @click.pass_obj
    @wraps(command)
    def run(doors: Doors, *args: Any, **kwargs: Any) -> None:
        with opened(doors):
            command(*args, **kwargs)

    return run
