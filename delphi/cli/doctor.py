"""`delphi doctor`: the settings in force, and whether what they name answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click
from flask import Flask
from flask_babel import gettext as _
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from delphi import jobs
from delphi.cli import schema, setup
from delphi.cli.doors import Doors, opened
from delphi.emails import transport
from delphi.settings import DECLARED, Setting, Settings

HIDDEN = "********"


@dataclass(frozen=True)
class Finding:
    """What one check found; `sound` None: there is nothing to check."""

    sound: bool | None
    told: str


@click.command()
@click.option("--list", "only_list", is_flag=True, help="Show every setting there is, and check nothing.")
@click.pass_obj
def doctor(doors: Doors, only_list: bool) -> None:
    """Show the settings, and check database, mail server and queue. Exit status 1 when something is wrong."""
    if only_list:
        click.echo("\n\n".join(_declared(setting) for setting in DECLARED))
        return
    with opened(doors) as app:
        chosen: Settings = app.config["SETTINGS"]
        for setting in DECLARED:
            click.echo(f"{setting.variable} = {shown(setting, chosen)}  ({chosen.sources[setting.name]})")
        click.echo()
        findings = [_told(name, check(app, chosen)) for name, check in CHECKS.items()]
    if False in findings:
        raise click.exceptions.Exit(1)


def _declared(setting: Setting) -> str:
    default = "" if setting.default == "" else f", default {setting.default}"
    return f"{setting.variable} ({setting.kind}{default})\n  {setting.help}"


def shown(setting: Setting, chosen: Settings) -> str:
    value = chosen.values[setting.name]
    return HIDDEN if setting.secret and value else str(value)


def _told(name: str, finding: Finding) -> bool | None:
    mark = {True: _("ok"), False: _("FAILED"), None: _("not used")}[finding.sound]
    click.echo(f"{name}: {mark}. {finding.told}")
    return finding.sound


def _database(_app: Flask, chosen: Settings) -> Finding:
    place = make_url(chosen.database_uri).set(username=None, password=None, query={})
    try:
        present = schema.present()
    except SQLAlchemyError as error:
        return Finding(False, f"{place}: {getattr(error, 'orig', None) or error}")
    if present != schema.wanted():
        return Finding(False, _("%(place)s is not up to date. Run `delphi migrate`.", place=place))
    return Finding(True, _("%(place)s, at migration %(number)s.", place=place, number=present))


def _accounts(_app: Flask, _chosen: Settings) -> Finding:
    try:
        way = setup.way_to_first_account()
    except SQLAlchemyError:
        return Finding(None, _("They can be looked at once the database is up to date."))
    return Finding(True, way or _("Somebody can sign in."))


def _mail(_app: Flask, chosen: Settings) -> Finding:
    if chosen.uses_mailbox:
        told = _("Messages are kept in the demo mailbox: %(folder)s", folder=chosen.mailbox_folder)
        return Finding(None, told)
    if not chosen.smtp_host:
        return Finding(False, _("No mail server is set (DELPHI_SMTP_HOST), so no invitation can be sent."))
    server = transport.Smtp(chosen)
    outcome = server.reach()
    server.close()
    if outcome.fate != transport.Fate.SENT:
        return Finding(False, f"{chosen.smtp_host}:{chosen.smtp_port}: {outcome.answer}")
    return Finding(True, f"{chosen.smtp_host}:{chosen.smtp_port}")


def _queue(app: Flask, _chosen: Settings) -> Finding:
    huey = jobs.of(app).huey
    kind = type(huey).__name__
    try:
        waiting = huey.pending_count()
    except Exception as error:  # noqa: BLE001 - each kind of queue fails in its own way
        return Finding(False, f"{kind}: {error}")
    return Finding(True, _("%(kind)s, %(count)s waiting.", kind=kind, count=waiting))


CHECKS: dict[str, Callable[[Flask, Settings], Finding]] = {
    "database": _database,
    "accounts": _accounts,
    "mail": _mail,
    "queue": _queue,
}
