"""`delphi returned`: mails that came back, from the mailbox of the sender's address."""

from __future__ import annotations

from typing import BinaryIO

import click
from flask_babel import gettext as _

from delphi.cli.doors import in_transaction, now
from delphi.services import returned as service


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@in_transaction
def returned(file: BinaryIO) -> None:
    """Note that a message came back: FILE is a mail server's report of it, by default from standard input."""
    if service.by_report(file.read(), now()):
        click.echo(_("A message came back, and counts as not delivered."))
    else:
        click.echo(_("Nothing to note: this is no report on a message of ours that counted as delivered."))
