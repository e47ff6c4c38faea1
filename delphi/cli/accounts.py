"""`delphi account`: staff accounts."""

from __future__ import annotations

import sys

import click
from flask_babel import gettext as _

from delphi.cli.doors import in_transaction, now
from delphi.domain.languages import LANGUAGES
from delphi.services import accounts


@click.group()
def account() -> None:
    """Staff accounts."""


@account.command()
@click.option("--email", prompt=True, help="Address to sign in with.")
@click.option("--name", prompt=True, help="Name shown to colleagues.")
@click.option("--admin", is_flag=True, help="May invite, suspend and remove staff.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of their pages.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@in_transaction
def create(email: str, name: str, admin: bool, language: str, password_stdin: bool) -> None:
    """Make an account that can sign in at once."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    made = accounts.create(email, name, password, is_admin=admin, now=now(), language=language)
    click.echo(_("%(email)s can sign in now.", email=made.email))


def _asked() -> str:
    password: str = click.prompt(_("Password"), hide_input=True, confirmation_prompt=True)
    return password
