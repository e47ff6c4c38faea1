"""`delphi items`: the item bank of a study."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import ngettext

from delphi.cli.doors import in_transaction, now
from delphi.importers.tables import read_table
from delphi.services import item_imports, studies


@click.group()
def items() -> None:
    """Items of a study."""


@items.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--study", "study_id", type=int, required=True, help="Number of the study, as in its address.")
@in_transaction
def import_(file: Path, study_id: int) -> None:
    """Import FILE (CSV or XLSX), columns found by the names in its header: all of it, or nothing."""
    study = studies.find(study_id)
    table = read_table(file.read_bytes(), file.name)
    created = item_imports.import_table(study, table, by=None, now=now())
    click.echo(ngettext("%(num)s item was imported.", "%(num)s items were imported.", len(created)))
