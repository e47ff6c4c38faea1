"""`delphi migrate`: the database brought up to date."""

from __future__ import annotations

import click
import flask_migrate
from flask_babel import gettext as _

from delphi.cli.doors import in_transaction


@click.command()
@in_transaction
def migrate() -> None:
    """Bring the database up to date with this version."""
    flask_migrate.upgrade()
    click.echo(_("The database is up to date."))
