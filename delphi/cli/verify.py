"""`delphi verify`: whether an analysis is the one that was registered, without a database."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _, ngettext

from delphi.cli.doors import Doors, speaking
from delphi.words import LABELS

PLACE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("pack", type=PLACE)
@click.argument("data", type=PLACE)
@click.pass_obj
def verify(doors: Doors, /, pack: Path, data: Path) -> None:
    """Compare PACK, a registration pack, with DATA, the research bundle of the study, and recompute every verdict.

    Both may be a ZIP file or the folder it was unpacked into. Names every difference and lists each amendment;
    the exit code is 0 when nothing differs, else 1.
    """
    from delphi.services.verifying.archives import opened
    from delphi.services.verifying.verification import verify as compare

    with speaking(doors):
        found = list(compare(opened(pack), opened(data)))
        for one in (finding for finding in found if not finding.differs):
            click.echo(f"  {LABELS[f'verification.{one.code}'] % one.facts}")
        differences = [one for one in found if one.differs]
        for one in differences:
            click.echo(f"✗ {LABELS[f'verification.{one.code}'] % one.facts}")
        if not differences:
            click.echo(_("Verified: rules, items, answers and verdicts are as registered and as stored."))
        else:
            click.echo(ngettext("%(num)s difference.", "%(num)s differences.", len(differences)), err=True)
    sys.exit(1 if differences else 0)
