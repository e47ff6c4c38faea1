"""The quick exit in a real browser: by tap, by Esc three times, with and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from delphi.db import session
from delphi.models import Comment, Presentation
from tests.support import surveys
from tests.support.surveys import Survey

pytestmark = pytest.mark.browser
OUT = "https://weather.example.org/today"


@pytest.fixture
def survey(app: Flask) -> Survey:
    session().expire_on_commit = False
    made = surveys.make(datetime.now(UTC), items=7)
    session.add(Presentation(study_id=made.study.id, quick_exit=OUT))
    session.commit()
    return made


def _weather(route: Route) -> None:
    route.fulfill(body="<title>Weather</title><h1>Sunny</h1>", content_type="text/html")


@pytest.fixture
def come_in(open_page: Callable[..., Page], survey: Survey) -> Callable[..., Page]:
    """Ben, on the first page of cards."""

    def come(width: int = 390, name: str = "Continue", **options: object) -> Page:
        page = open_page(width, **options)
        page.context.route(f"{OUT}**", _weather)
        page.goto(f"/i/{survey.token(survey.ben)}")
        page.get_by_role("button", name=name).click()
        page.goto(f"/x/{survey.study.id}/domains/{survey.domains[0].id}")
        return page

    return come


def _is_out(page: Page) -> None:
    page.wait_for_url(OUT)
    expect(page.get_by_role("heading")).to_have_text("Sunny")


def test_one_tap_saves_what_is_typed_and_leads_out(come_in: Callable[..., Page], survey: Survey) -> None:
    page = come_in()
    page.get_by_label("Your comment").first.press_sequentially("Too narrow.")
    page.get_by_role("button", name="Quick exit").click()
    _is_out(page)
    assert _told_within(page, seconds=5) == ["Too narrow."]
    page.goto(f"/x/{survey.study.id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This visit has ended")


def _told_within(page: Page, seconds: int) -> list[str]:
    """The comments stored; the page is gone before the server has answered."""
    for _ in range(10 * seconds):
        told = list(session.scalars(select(Comment.text)))
        session.commit()
        if told:
            return told
        page.wait_for_timeout(100)
    return []


def test_back_leads_out_again_and_the_link_comes_in_again(
    come_in: Callable[..., Page], survey: Survey
) -> None:
    page = come_in()
    page.get_by_role("button", name="Quick exit").click()
    _is_out(page)
    page.go_back(wait_until="commit")
    _is_out(page)
    page.goto(f"/i/{survey.token(survey.ben)}")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"/x/{survey.study.id}/")
    page.go_back()
    expect(page.get_by_role("button", name="Quick exit")).to_be_visible()


def test_escape_three_times_in_two_seconds(come_in: Callable[..., Page]) -> None:
    page = come_in()
    for key in ("Escape", "Escape", "a", "Escape", "Escape"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.url != OUT
    page.keyboard.press("Escape")
    _is_out(page)


def test_without_a_script_it_is_a_form(come_in: Callable[..., Page]) -> None:
    page = come_in(java_script_enabled=False)
    page.get_by_role("button", name="Quick exit").click()
    _is_out(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("This visit has ended")


def test_it_works_without_a_connection(come_in: Callable[..., Page]) -> None:
    page = come_in()
    page.route("**/exit", lambda route: route.abort())
    page.get_by_role("button", name="Quick exit").click()
    _is_out(page)


def test_it_is_the_first_stop_of_the_keyboard(come_in: Callable[..., Page]) -> None:
    page = come_in()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Quick exit")).to_be_focused()


@pytest.mark.parametrize(("width", "language"), [(320, "fr"), (320, "en"), (390, "fr")])
def test_what_is_said_of_saving_stays_beside_it(
    come_in: Callable[..., Page], survey: Survey, width: int, language: str
) -> None:
    survey.ben.language = language
    session().commit()
    page = come_in(width, name={"en": "Continue", "fr": "Continuer"}[language])
    page.locator(".tile").first.click()
    expect(page.locator("#status")).not_to_be_empty()
    expect(page.locator("#status")).to_have_text(re.compile("saved|enregistré"))
    note = page.locator("#status").bounding_box()
    button = page.locator(".quick-exit button").bounding_box()
    bar = page.locator(".quick-exit").bounding_box()
    assert note
    assert button
    assert bar
    assert note["x"] >= button["x"] + button["width"]
    assert note["y"] >= bar["y"]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_stays_in_reach_and_covers_nothing(come_in: Callable[..., Page], width: int) -> None:
    page = come_in(width)
    button = page.get_by_role("button", name="Quick exit")
    for y in (0, 400, 100_000):
        page.evaluate("y => scrollTo(0, y)", y)
        expect(button).to_be_in_viewport(ratio=1)
    # At the end of the page everything stands clear of it.
    box, foot = button.bounding_box(), page.locator(".foot .narrow").bounding_box()
    assert box
    assert foot
    assert foot["y"] + foot["height"] <= box["y"] or foot["x"] + foot["width"] <= box["x"]
