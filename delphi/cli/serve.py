"""`delphi serve`: the web server, with the worker beside it where wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from delphi.cli import schema, setup
from delphi.cli.doors import Doors, opened
from delphi.cli.logs import log_to_terminal
from delphi.settings import Settings

THREADS = 4
WORKER_STOPS_WITHIN = 60  # seconds


@click.command()
@click.option("--with-worker", is_flag=True, help="Run the worker too, and stop it together with the server.")
@click.pass_obj
def serve(doors: Doors, with_worker: bool) -> None:
    """Serve the pages until SIGTERM or Ctrl-C."""
    run(doors, with_worker)


def run(doors: Doors, with_worker: bool) -> None:
    """Refuses bad settings and an old database before anything starts."""
    log_to_terminal()
    with opened(doors) as app:
        schema.refuse_unless_current()
        if way := setup.way_to_first_account():
            click.echo(way)
    Server(doors.create_app, app.config["SETTINGS"], WorkerBeside() if with_worker else None).run()


class WorkerBeside:
    """In a session of its own, so that Ctrl-C reaches it only through us, and what it is sending goes out."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, _server: object) -> None:
        command = [sys.executable, "-m", "delphi", "worker", "--parent", str(os.getpid())]
        self._process = subprocess.Popen(command, start_new_session=True)

    def stop(self, _server: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(WORKER_STOPS_WITHIN)
            except subprocess.TimeoutExpired:  # a mail server that hangs; the message is sent again later
                self._process.kill()


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads. Requests are not logged: their addresses hold personal links."""

    def __init__(
        self, create_app: Callable[[], Flask], chosen: Settings, worker: WorkerBeside | None
    ) -> None:
        self._create_app = create_app
        self._chosen = chosen
        self._worker = worker
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self._chosen.host}:{self._chosen.port}",
            "workers": self._chosen.web_workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "proc_name": "delphi",
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        if self._worker is not None:
            options |= {"when_ready": self._worker.start, "on_exit": self._worker.stop}
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Once in every server process, so that none inherits another's connections."""
        return self._create_app()
