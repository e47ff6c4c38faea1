"""`delphi restore`: a study from its full bundle."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from delphi.cli.doors import in_transaction, now
from delphi.domain.errors import DomainError
from delphi.services import accounts, restoring
from delphi.words import translated


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--owner", metavar="ADDRESS", help="An account here that becomes an owner of the study.")
@in_transaction
def restore(file: Path, owner: str | None) -> None:
    """Restore a study from FILE, its full bundle: the whole study as it was, or nothing.

    Links that experts have go on working. Stop the installation it comes from first: both would send its mails.
    """
    account = None
    if owner is not None:
        account = accounts.of_address(owner)
        if account is None:
            raise DomainError("backup.owner_unknown", email=owner)
    with file.open("rb") as content:
        study = restoring.restore(content, owner=account, now=now())
    click.echo(_("Restored as study %(number)s: %(title)s", number=study.id, title=translated(study.title)))
