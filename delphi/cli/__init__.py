"""Doors for the command line: one file a group of commands."""

from __future__ import annotations

import os

import click

from delphi import __version__
from delphi.cli.accounts import account
from delphi.cli.bundle import bundle
from delphi.cli.demo import demo
from delphi.cli.doctor import doctor
from delphi.cli.doors import Doors
from delphi.cli.experts import experts
from delphi.cli.items import items
from delphi.cli.migrate import migrate
from delphi.cli.restore import restore
from delphi.cli.returned import returned
from delphi.cli.score import score
from delphi.cli.serve import serve
from delphi.cli.stats import stats
from delphi.cli.verify import verify
from delphi.cli.work import work
from delphi.cli.worker import worker
from delphi.domain.languages import LANGUAGES


def _own_language() -> str:
    """The terminal's, where it is one of ours."""
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next(filter(None, named), "")
    return spoken[:2] if spoken[:2] in LANGUAGES else LANGUAGES[0]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="delphi")
@click.option("--lang", type=click.Choice(LANGUAGES), default=_own_language, help="Language of the answers.")
@click.pass_obj
def delphi(doors: Doors, lang: str) -> None:
    """Delphi consensus studies. Settings are DELPHI_* in the environment: see `delphi doctor --list`."""
    doors.language = lang


for command in (
    *(score, stats, serve, worker, work, migrate, demo),
    *(account, items, experts, returned, bundle, restore, verify, doctor),
):
    delphi.add_command(command)
