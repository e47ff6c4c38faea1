"""`delphi bundle`: a study as one file that anybody can check."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from delphi.cli.doors import in_transaction, now
from delphi.services import bundles, studies
from delphi.services.bundling.profiles import PROFILES


@click.command()
@click.argument("study", type=int)
@click.option(
    "--profile",
    type=click.Choice([one.key for one in PROFILES]),
    default=PROFILES[0].key,
    show_default=True,
    help="What may be in it.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The ZIP file to write."
)
@in_transaction
def bundle(study: int, profile: str, out: Path) -> None:
    """Write the bundle of STUDY (its number): tables, sealed rules, results, scripts that recompute every verdict."""
    found = studies.find(study)
    with click.progressbar(length=0, label=_("Writing the tables"), file=sys.stderr) as bar:

        def advance(_step: str, done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        bundles.write(found, profile, out, advance, now=now())
    click.echo(_("Written: %(files)s", files=out))
