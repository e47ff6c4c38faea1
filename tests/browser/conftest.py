"""Pages in a real browser, served by the real server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import SECRET
from tests.support.browser import CHROMIUM, OPTIONS, Server

Serve = Callable[..., Server]
OpenPage = Callable[..., Page]
LONGEST = ("test_whole_study", "test_facilitators_week", "test_every_page")

# Two browsers and two servers share the cores: what takes a moment alone may take several seconds here.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first, so that no worker waits for one at the end."""
    items.sort(
        key=lambda item: next((n for n, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST))
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def instance(instances: Path) -> Path:
    """Empty, but for the files that a server of an earlier test holds open."""
    folder = instances / "instance"
    folder.mkdir(exist_ok=True)
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif ".sqlite3" not in one.name:
            one.unlink()
    return folder


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[frozenset[tuple[str, str]], Server]]:
    """By their settings. They serve test after test, because starting one takes longer than most tests."""
    running: dict[frozenset[tuple[str, str]], Server] = {}
    yield running
    for server in running.values():
        server.kill()


@pytest.fixture
def serve(
    instance: Path, database: str, servers: dict[frozenset[tuple[str, str]], Server]
) -> Iterator[Serve]:
    """`serve(with_worker=True, demo="yes", **smtp_server.settings)`: a server on the test's database."""
    own: list[Server] = []

    def start(with_worker: bool = False, **settings: str) -> Server:
        values = {"secret_key": SECRET, "instance_path": str(instance), "database_url": database, **settings}
        if with_worker:
            own.append(Server(with_worker, values))
            return own[-1]
        key = frozenset(values.items())
        if key not in servers or not servers[key].runs():
            servers[key] = Server(with_worker, values)
        return servers[key]

    yield start
    for server in own:
        server.stop()


@pytest.fixture
def server(serve: Serve) -> Server:
    return serve()


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[OpenPage]:
    """`open_page(390)`: a page of a new browser profile, that wide. A script that breaks fails the test."""
    errors: list[str] = []
    contexts = []

    def make(width: int = 390, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, base_url=server.url, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []
