"""Commands run in this process, on the test's own database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask, has_app_context

from delphi import settings
from delphi.app import create_app
from delphi.cli import delphi
from delphi.cli.doors import Doors
from delphi.db import session
from delphi.settings import PREFIX
from tests.conftest import SECRET, MakeApp

Run = Callable[..., Result]


def _no_worker(_app: Flask, _parent: int | None) -> None:
    raise AssertionError("this command starts no worker")


@pytest.fixture
def run(make_app: MakeApp) -> Run:
    """`run("account", "create", ..., typed="...", smtp_host="...")`: settings by name, the rest as typed."""

    def command(*arguments: str, typed: str | None = None, **chosen: str) -> Result:
        if has_app_context():
            session.commit()
        doors = Doors(lambda: make_app(**chosen), _no_worker, _no_worker)
        return CliRunner().invoke(delphi, arguments, obj=doors, input=typed)

    return command


@pytest.fixture
def run_bare(instance: Path) -> Run:
    """The same on an empty folder: no database yet."""

    def command(*arguments: str, typed: str | None = None, **chosen: str) -> Result:
        values = {"secret_key": SECRET, "instance_path": str(instance), **chosen}
        environment = {PREFIX + name.upper(): value for name, value in values.items()}
        doors = Doors(lambda: create_app(settings.read(environment)), _no_worker, _no_worker)
        return CliRunner().invoke(delphi, arguments, obj=doors, input=typed)

    return command
