"""A newcomer's hour: from signing in to invitations on their way, in at most so many pages and clicks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from delphi.db import session
from delphi.services import accounts
from tests.browser.conftest import Serve
from tests.conftest import PASSWORD
from tests.support.browser import ROOT, Server, accessibility_problems
from tests.support.smtp import Mailbag

pytestmark = pytest.mark.browser

ITEMS, EXPERTS = 50, 300
MOST_PAGES, MOST_CLICKS = 12, 40
DOCUMENT = ROOT / "docs" / "performance.md"
PANELS = ("Women’s services", "Children’s services", "Men’s services")


class Newcomer:
    """Somebody with a mouse: whatever is pressed, ticked, chosen or typed into is a click; Tab is not known."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.pages: list[str] = []
        page.on("load", lambda loaded: self.pages.append(loaded.url))

    def type(self, label: str, text: str) -> None:
        self.clicks += 1
        self.page.get_by_label(label, exact=True).first.fill(text)

    def choose(self, label: str, value: str) -> None:
        self.clicks += 2  # open the list, take one
        self.page.get_by_label(label, exact=True).first.select_option(value)

    def tick(self, label: str) -> None:
        self.clicks += 1
        self.page.get_by_label(label).check()

    def upload(self, name: str, data: str) -> None:
        self.clicks += 3  # the button, the file, its dialogue's own button
        file = {"name": name, "mimeType": "text/csv", "buffer": data.encode()}
        self.page.locator("input[type=file]").set_input_files(file)

    def press(self, name: str) -> None:
        self.clicks += 1
        found = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        with self.page.expect_navigation():
            found.first.click()
        assert accessibility_problems(self.page) == [], self.page.url


@pytest.fixture
def site(app: Flask, serve: Serve, smtp_server: Mailbag) -> Server:
    accounts.create("nora@example.org", "Nora", PASSWORD, is_admin=False, now=datetime.now(UTC))
    session.commit()
    return serve(with_worker=True, **smtp_server.settings)


@pytest.fixture
def nora(chromium: Browser, site: Server) -> Iterator[Newcomer]:
    context = chromium.new_context(viewport={"width": 1280, "height": 844}, base_url=site.url, locale="en-CA")
    yield Newcomer(context.new_page())
    context.close()


def items() -> str:
    lines = ["code,domain,title,description"]
    lines += [
        f"D{n % 5}.{n:02},Domain {n % 5},Knows thing {n},What thing {n} means in practice"
        for n in range(ITEMS)
    ]
    return "\n".join(lines)


def experts() -> str:
    lines = ["name,email,language,panels"]
    lines += [f"Expert {n},expert{n}@example.org,en,{PANELS[n % 3]}" for n in range(EXPERTS)]
    return "\n".join(lines)


def test_from_signing_in_to_invitations(nora: Newcomer, smtp_server: Mailbag) -> None:
    nora.page.goto("/sign-in")
    nora.type("E-mail address", "nora@example.org")
    nora.type("Password", PASSWORD)
    nora.press("Sign in")
    nora.press("Start a study")
    nora.type("Title in English", "What specialists need to know")
    nora.choose("Time zone", "America/Toronto")
    nora.type("Whom experts may ask", "study@example.org")
    nora.choose("Rules of consensus", "comet_70_15")
    nora.type("Panels", "\n".join(PANELS))
    nora.press("Start the study")
    nora.press("Next step: Items")
    nora.upload("items.csv", items())
    nora.press("Upload and look")
    nora.press("Import, then the next step")
    nora.upload("experts.csv", experts())
    nora.press("Upload and look at it")
    nora.press("Import, then the next step")
    nora.type("Text (English)", "We ask you to rate 50 items.\n\nYou may stop whenever you like.")
    nora.press("Save, then the next step")
    nora.tick("I have read this page. Seal the protocol and send the invitations.")
    nora.press("Seal the protocol and open round 1")
    expect(nora.page.get_by_text("The invitations are on their way.")).to_be_visible()
    pages, clicks = len(nora.pages), nora.clicks
    assert f"| {pages} | {clicks} |" in DOCUMENT.read_text(), (pages, clicks)
    assert pages <= MOST_PAGES, nora.pages
    assert clicks <= MOST_CLICKS
    end = time.monotonic() + 180
    while len(smtp_server.recipients) < EXPERTS:
        assert time.monotonic() < end, f"{len(smtp_server.recipients)} of {EXPERTS} invitations arrived"
        time.sleep(0.5)
    assert len(set(smtp_server.recipients)) == EXPERTS
