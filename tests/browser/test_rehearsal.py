"""A rehearsal played in a browser: both languages in frames of a telephone's width, without a script too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from delphi.db import session
from delphi.services import demo
from tests.browser.conftest import Serve
from tests.support.browser import Server, accessibility_problems, scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def site(app: Flask, serve: Serve) -> Server:
    demo.load(datetime.now(UTC))
    session.commit()
    return serve(demo="yes", smtp_host="")


@pytest.fixture
def page(chromium: Browser, site: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scripts = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 844},
        base_url=site.url,
        locale="en-CA",
        java_script_enabled=scripts,
    )
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


@pytest.mark.parametrize("page", [(320, True), (1280, True), (390, False)], indirect=True)
def test_from_making_to_deleting(page: Page) -> None:
    scripts = page.evaluate("true") if page.viewport_size != {"width": 390, "height": 844} else False

    def sound() -> None:
        if scripts:
            assert accessibility_problems(page) == [], page.url
            assert not scrolls_sideways(page), page.url

    page.goto("/sign-in")
    page.locator("[name=email]").fill("alice@example.org")
    page.locator("[name=password]").fill(demo.PASSWORD)
    press(page, "Sign in")
    page.goto("/studies/1/rehearsals")
    sound()
    press(page, "Make the rehearsal")
    press(page, "Open round 1")
    sound()
    own = page.url
    press(page, "See as")
    sound()
    english, french = page.frame_locator("iframe").nth(0), page.frame_locator("iframe").nth(1)
    assert "Before you start" in english.locator("main").inner_text()
    assert "Avant de commencer" in french.locator("main").inner_text()
    assert (page.locator("iframe").first.bounding_box() or {})["width"] <= 392
    page.goto(own)
    press(page, "Answer for all the others")
    sound()
    press(page, "Delete the rehearsal")
    assert page.url.endswith("/studies/1/rehearsals")
    sound()


@pytest.mark.parametrize("page", [(320, True), (1280, True)], indirect=True)
def test_pages_of_setting_up(page: Page) -> None:
    page.goto("/sign-in")
    page.locator("[name=email]").fill("alice@example.org")
    page.locator("[name=password]").fill(demo.PASSWORD)
    press(page, "Sign in")
    page.goto("/studies/1/duplicate")
    press(page, "Make the copy")
    copied = page.url
    rest = ("", "first-round", "history?by=1&about=study", "team", "rehearsals")
    for address in ("/studies/new", "/studies/1/duplicate", *(f"{copied}{one}" for one in rest)):
        page.goto(address)
        assert accessibility_problems(page) == [], address
        assert not scrolls_sideways(page), address
