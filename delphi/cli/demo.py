"""`delphi demo`: everything a newcomer needs, in one command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

import click
import flask_migrate
from flask_babel import gettext as _

from delphi.cli import serve
from delphi.cli.doors import Doors, now, opened
from delphi.models import Study
from delphi.services import accounts, demo as content, links
from delphi.settings import PREFIX, Settings
from delphi.words import label


@click.command()
@click.option("--no-serve", is_flag=True, help="Start no server.")
@click.pass_obj
def demo(doors: Doors, no_serve: bool) -> None:
    """Load the demo study into an empty database, tell how to sign in, and serve it."""
    os.environ[PREFIX + "DEMO"] = "yes"
    os.environ.setdefault(PREFIX + "BASE_URL", f"http://127.0.0.1:{os.environ.get(PREFIX + 'PORT', '8000')}")
    with opened(doors) as app:
        flask_migrate.upgrade()
        moment = now()
        if not accounts.exists_any():
            click.echo(_("Loading the demo study."))
            content.load(moment)
        elif content.loaded() is None:
            told = _(
                "This database holds accounts that are not the demo’s, and in the demo everyone can read every "
                "message. Choose another folder or database for it."
            )
            raise click.ClickException(told)
        click.echo("\n".join(_guide(app.config["SETTINGS"], moment)))
    if not no_serve:
        serve.run(doors, with_worker=True)


def _guide(chosen: Settings, moment: datetime) -> list[str]:
    """Where to go, and as whom."""
    address = chosen.base_url.rstrip("/")
    study = content.loaded()
    return [
        "",
        _("Delphi is at %(address)s", address=address),
        "",
        *(_ways_in(address, study, moment) if study else ()),
        _("Messages to experts and staff are at %(address)s", address=f"{address}/mailbox"),
        "",
        _("Press Ctrl-C to stop. The data stay in %(folder)s.", folder=chosen.instance_folder),
    ]


def _ways_in(address: str, study: Study, moment: datetime) -> Iterator[str]:
    """The personal link is a new one each time, because only its hash is kept."""
    yield _("Staff sign in at %(address)s", address=f"{address}/sign-in")
    for email, _name, role in content.STAFF:
        yield f"  {label('role', role)}: {email}"
    yield "  " + _("Password: %(password)s", password=content.PASSWORD)
    yield ""
    expert = content.expert_to_try(study)
    if expert is not None:
        yield _("An expert’s personal link:")
        yield f"  {address}/i/{links.make(expert, moment)}"
        yield ""
