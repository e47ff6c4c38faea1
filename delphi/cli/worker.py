"""`delphi worker`: what happens without a person."""

from __future__ import annotations

import click

from delphi.cli.doors import Doors, application
from delphi.cli.logs import log_to_terminal


@click.command()
@click.option("--parent", type=int, hidden=True, help="Stop when this process is gone.")
@click.pass_obj
def worker(doors: Doors, parent: int | None) -> None:
    """Send messages, open and close rounds on time. Needed beside the web server."""
    log_to_terminal()
    doors.run_worker(application(doors), parent)
