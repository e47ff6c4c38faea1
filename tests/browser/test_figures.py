"""Figures drawn in the page under its policy, the picture without scripts; the next round composed and opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from delphi.db import session
from delphi.models import Account, Round
from delphi.services import analyses, decisions, demo, rounds
from delphi.services.figures import FIGURES
from tests.browser.conftest import Serve
from tests.support.browser import Server, accessibility_problems, scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def site(app: Flask, serve: Serve) -> Server:
    """The demo with its second round decided."""
    now = datetime.now(UTC)
    study = demo.load(now)
    fay = session.scalars(select(Account).where(Account.email == "fay@example.org")).one()
    second = session.scalars(select(Round).where(Round.number == 2)).one()
    closed = rounds.close(study, second.id, by=fay, now=now)
    analyses.fill(closed, now=now)
    decisions.confirm(study, closed.id, decisions.undecided(closed), by=fay, now=now)
    decisions.finish(study, closed.id, by=fay, now=now)
    session.commit()
    return serve(demo="yes", smtp_host="")


@pytest.fixture
def page(chromium: Browser, site: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Signed in; anything the browser complains of fails the test."""
    options = getattr(request, "param", {"width": 1280})
    context = chromium.new_context(
        viewport={"width": options["width"], "height": 844},
        base_url=site.url,
        java_script_enabled=options.get("scripts", True),
    )
    opened, complaints = context.new_page(), []
    opened.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto("/sign-in")
    opened.locator("[name=email]").fill("fay@example.org")
    opened.locator("[name=password]").fill(demo.PASSWORD)
    with opened.expect_navigation():
        opened.locator("main form button.primary").click()
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("page", [{"width": 320}], indirect=True)
def test_each_figure_is_drawn_by_scripts_without_complaint(page: Page) -> None:
    for name in FIGURES:
        page.goto(f"/studies/1/figures/{name}")
        expect(page.locator("[data-drawn] svg")).to_be_visible()
        expect(page.locator("[data-drawn] img")).to_be_hidden()
        assert not scrolls_sideways(page)
        assert accessibility_problems(page) == []


def test_what_is_pointed_at_says_its_numbers(page: Page) -> None:
    page.goto("/studies/1/figures/flow")
    page.locator("[data-drawn] svg .mark-rect path").first.hover()
    expect(page.locator("#vg-tooltip-element.visible")).to_contain_text("asked for the first time")


@pytest.mark.parametrize("page", [{"width": 390, "scripts": False}], indirect=True)
def test_without_scripts_the_picture_and_the_table_stand_there(page: Page) -> None:
    page.goto("/studies/1/figures/flow")
    picture = page.locator(".plot img")
    expect(picture).to_be_visible()
    assert (picture.bounding_box() or {"width": 0})["width"] > 300
    page.locator("details summary").last.click()
    expect(page.locator("table")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PNG").click()
    assert download.value.suggested_filename == "study-1-flow.png"


def test_the_next_round_is_composed_previewed_and_opened(page: Page) -> None:
    page.goto("/studies/1/rounds/2")
    page.get_by_role("link", name="Would another round help?").click()
    page.get_by_role("button", name="Estimate").click()
    expect(page.get_by_role("heading", name="recommended")).to_be_visible()
    page.get_by_role("link", name="Plan the next round").click()
    boxes = page.locator("[name=items]")
    line = page.locator("[data-panel]").first
    before = line.text_content()
    boxes.first.uncheck()
    expect(line).not_to_have_text(before or "")
    page.locator("#closes_at").fill("2099-01-01T12:00")
    page.locator("#invited-respondents").check()
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("only who answered in round 2")).to_be_visible()
    page.get_by_role("link", name="what experts will see of round 2").click()
    expect(page.get_by_text("How the panel rated it in round 2").first).to_be_visible()
    assert accessibility_problems(page) == []
    page.goto("/studies/1/rounds/3")
    page.get_by_role("button", name="Open the round now").click()
    expect(page.get_by_text("The invitations are on their way.")).to_be_visible()
