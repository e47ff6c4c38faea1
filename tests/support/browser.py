"""A real browser, the real server, and what every page is checked for in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from delphi.settings import PREFIX
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
# The first is the same browser without the windows around a page, which cost more than most pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STARTS_WITHIN = 60  # seconds


class Server:
    """`delphi serve` in a process group of its own, on the test's database."""

    def __init__(
        self,
        with_worker: bool,
        settings: dict[str, str],
        python: str | Path = sys.executable,
        cwd: Path = ROOT,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [python, "-m", "delphi", "serve", *(["--with-worker"] if with_worker else [])]
        self._cwd = cwd
        chosen = {"base_url": self.url, "port": str(self.port), "web_workers": "1", **settings}
        self._environment = {**os.environ, **{PREFIX + name.upper(): value for name, value in chosen.items()}}
        self.start()

    def start(self) -> None:
        """Also again, after `kill`."""
        self._process = subprocess.Popen(
            self._command, cwd=self._cwd, env=self._environment, start_new_session=True
        )
        end = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise AssertionError("the server did not start")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return bool(self.get("/health"))
        except OSError:
            return False

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path) as answer:
            return str(answer.read().decode())

    def kill(self) -> None:
        """As a power cut would: every process of it, at once."""
        if self.runs():
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def runs(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        if self.runs():
            self._process.terminate()
            self._process.wait()


def accessibility_problems(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, the size of targets included.

    The window is made as high as the page: what a bar at its edge covers for now is no smaller target for that.
    """
    window = page.viewport_size
    assert window is not None
    page.wait_for_load_state()
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": max(height, window["height"])})
    options = {
        "runOnly": {"type": "tag", "values": STANDARD},
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],  # what passed need not be described
    }
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    page.set_viewport_size(window)
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
