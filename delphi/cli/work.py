"""`delphi work`: one long work, begun by the worker."""

from __future__ import annotations

import click

from delphi.cli.doors import Doors, application
from delphi.cli.logs import log_to_terminal


@click.command(hidden=True)
@click.argument("number", type=int)
@click.option("--parent", type=int, required=True, help="Stop when this process is gone.")
@click.pass_obj
def work(doors: Doors, number: int, parent: int) -> None:
    """Make what was asked for under this number. The worker calls it."""
    log_to_terminal()
    doors.do_work(application(doors), number, parent)
