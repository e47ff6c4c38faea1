"""Whether the database is at the version that this program needs."""

from __future__ import annotations

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import gettext as _

from delphi.db import db


def wanted() -> str | None:
    """The newest migration."""
    config = current_app.extensions["migrate"].migrate.get_config()
    return ScriptDirectory.from_config(config).get_current_head()


def present() -> str | None:
    """The migration the database is at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def refuse_unless_current() -> None:
    if present() != wanted():
        raise click.ClickException(_("The database is not up to date. Run `delphi migrate` first."))
