"""`delphi` on the command line: the one place that hands the application and its worker to the commands."""

from __future__ import annotations

from delphi.app import create_app
from delphi.cli import delphi
from delphi.cli.doors import Doors
from delphi.tasks import making, worker


def main() -> None:
    delphi(obj=Doors(create_app, worker.run, making.run), prog_name="delphi")


if __name__ == "__main__":
    main()
